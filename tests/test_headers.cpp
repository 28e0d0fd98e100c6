/// Nothing but GoogleTest's headers: they are compiled here once, and every test reuses them.
