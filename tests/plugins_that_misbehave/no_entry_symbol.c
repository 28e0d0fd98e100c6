/* Is a library, but no plugin. */
__attribute__((visibility("default"))) int an_unrelated_function(void) {
    return 1;
}
