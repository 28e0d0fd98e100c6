/* The floor of a simulation: bars that lie in memory, handed to functions by pointer, 3.5
 * deliveries a bar as in the fleet of agents.yaml, and next to nothing done with them.
 *
 * pipeline_floor BARS: prints bars per second. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/stamp_sheet.h"

struct bar {
    int64_t time;
    int64_t open, high, low, close;
    int64_t volume;
};

struct receiver {
    int64_t last;
    int64_t sum;
    uint64_t seen;
};

typedef void (*deliver)(struct receiver*, const struct bar*);

static void keep_last(struct receiver* self, const struct bar* bar) {
    self->last = bar->close;
    ++self->seen;
}
static void add_up(struct receiver* self, const struct bar* bar) {
    self->sum += bar->close - self->last;
    self->last = bar->close;
    ++self->seen;
}
static void count_volume(struct receiver* self, const struct bar* bar) {
    self->sum += bar->volume;
    ++self->seen;
}

int main(int count, char** arguments) {
    const long bars = count > 1 ? strtol(arguments[1], NULL, 10) : 0;
    if (bars <= 0) {
        fprintf(stderr, "pipeline_floor: say how many bars.\n");
        return 2;
    }
    struct bar* const history = malloc((size_t)bars * sizeof *history);
    if (history == NULL) {
        return 1;
    }
    for (long index = 0; index < bars; ++index) {
        const int64_t price = 100000 + index % 997 - index % 331;
        history[index] =
            (struct bar){index, price, price + 5, price - 5, price + index % 3, 100 + index % 7};
    }
    /* Volatile, so that the calls stay calls. */
    deliver volatile each[4] = {keep_last, add_up, count_volume, add_up};
    struct receiver receivers[4] = {{0, 0, 0}};
    const int64_t began = bench_now();
    for (long index = 0; index < bars; ++index) {
        const int receiving = index % 2 == 0 ? 3 : 4;
        for (int receiver = 0; receiver < receiving; ++receiver) {
            each[receiver](&receivers[receiver], &history[index]);
        }
    }
    const int64_t took = bench_now() - began;
    const int64_t sum = receivers[1].sum + receivers[2].sum + receivers[3].sum;
    fprintf(
        stderr,
        "%lld deliveries, sum %lld\n",
        (long long)(receivers[0].seen + receivers[1].seen + receivers[2].seen + receivers[3].seen),
        (long long)sum);
    printf("%.0f\n", (double)bars * 1e9 / (double)took);
    free(history);
    return 0;
}
