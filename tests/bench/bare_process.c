/* The smallest process there is: says on descriptor 3 that it runs, and waits to be ended. */
#include <unistd.h>

int main(void) {
    const char word = 'r';
    if (write(3, &word, 1) != 1) {
        return 1;
    }
    pause();
    return 0;
}
