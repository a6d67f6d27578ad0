/*
 * choose.c - decisions: recording those that differ from the default, the random strategy, and
 * replay.
 *
 * A replay string holds only the decisions whose answer is not 0, so that the default schedule is
 * the empty list:
 *
 *     rd1.q200.n57.14s1/2.31s2/3.k9f3a
 *
 * version, quantum, decisions taken in all, then index kind answer/count for each, and a checksum
 * of what stands before it. Where more than the order of threads was open, letters say so after the
 * quantum: rd1.q200xt.n57...
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"

enum { DEFAULT_QUANTUM = 200 };

void core_record(struct rd_world *w, unsigned kind, unsigned count, unsigned answer) {
    struct core_choices *choices = &w->choices;
    size_t place = choices->decision_count % CORE_DECISIONS_PER_CHUNK;
    if (place == 0) {
        struct core_decisions *more = base_arena_alloc(&w->run, sizeof *more);
        if (!more)
            return;
        *(choices->decisions ? &choices->last_decisions->more : &choices->decisions) = more;
        choices->last_decisions = more;
    }
    choices->decision_count++;
    choices->last_decisions->items[place] =
        (struct core_decision){choices->taken, count, answer, (uint8_t)kind};
}

void core_decisions_copy(const struct rd_world *w, struct core_decision *copy) {
    const struct core_decisions *from = w->choices.decisions;
    size_t size;
    for (size_t left = w->choices.decision_count; left; left -= size, copy += size) {
        size = left < CORE_DECISIONS_PER_CHUNK ? left : CORE_DECISIONS_PER_CHUNK;
        memcpy(copy, from->items, size * sizeof *copy);
        from = from->more;
    }
}

static void tell_both(struct rd_world *w, uint64_t place, unsigned kind) {
    w->choices.watch(w, place, kind);
    w->choices.observer->touch(w, place, kind);
}

void core_observe(struct rd_world *w, const struct core_observer *observer) {
    struct core_choices *choices = &w->choices;
    choices->observer = observer;
    choices->touched = observer ? observer->touch : choices->watch;
    if (observer && choices->watch)
        choices->touched = tell_both;
}

void core_watch(struct rd_world *w, core_watch_fn *watch) {
    w->choices.watch = watch;
    core_observe(w, w->choices.observer);
}

bool core_memory_fails(struct rd_world *w, const char *what) {
    if (!core_allocation_fails(w))
        return false;
    core_event(w, RD_EVENT_NO_MEMORY, RULE_POOL_02, .text = what);
    return true;
}

/* Bit i of the RD_CHOOSE_ flags is letter i. */
static const char flag_letters[] = "xtwamdi";

/* ---- random ---------------------------------------------------------------------------------- */

static uint64_t splitmix(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static unsigned answer_random(struct rd_world *w, unsigned kind, unsigned count) {
    (void)kind;
    return (unsigned)(((splitmix(&w->choices.random[0]) >> 32) * count) >> 32);
}

/* ---- replay ---------------------------------------------------------------------------------- */

static const char *kind_name(unsigned kind) {
    switch (kind) {
    case CORE_CHOOSE_THREAD:
        return "which thread goes on";
    case CORE_CHOOSE_WAITER:
        return "which waiter is served";
    case CORE_CHOOSE_APC:
        return "which APC runs";
    case CORE_CHOOSE_ALLOCATION:
        return "whether an allocation fails";
    case CORE_CHOOSE_TERMINATION:
        return "whether a terminated thread runs on";
    case CORE_CHOOSE_ID:
        return "whether an ID is reused";
    case CORE_CHOOSE_HANDLE:
        return "whether a handle was closed before a wait";
    default:
        return "another decision";
    }
}

static unsigned answer_replay(struct rd_world *w, unsigned kind, unsigned count) {
    struct core_choices *choices = &w->choices;
    if (choices->replay_next == choices->replay_count)
        return 0;
    const struct core_decision *decision = &choices->replay[choices->replay_next];
    if (decision->index != choices->taken)
        return 0;
    choices->replay_next++;
    if (decision->kind != kind || decision->count != count) {
        if (!choices->diverged)
            w->explanation = core_textf(
                w,
                "diverged at decision %" PRIu64 ": expected %s (%" PRIu32
                " answers), found %s (%u answers); the program, its arguments, the drivers or the "
                "options are not those of the recorded run",
                decision->index, kind_name(decision->kind), decision->count, kind_name(kind),
                count);
        choices->diverged = true;
        return decision->answer < count ? decision->answer : 0;
    }
    return decision->answer;
}

void core_choices_reset(struct rd_world *w) {
    struct core_choices *choices = &w->choices;
    choices->taken = 0;
    choices->decisions = choices->last_decisions = NULL;
    choices->decision_count = 0;
    choices->replay_next = 0;
    choices->known = NULL;
    choices->known_count = choices->repeated = 0;
    choices->diverged = choices->abandoned = false;
    choices->answer = NULL;
    choices->watch = choices->touched = NULL;
    choices->observer = choices->observer_of_rest = NULL;
    choices->candidates = (struct core_candidates){0};
    choices->choose = w->options.choose;
    choices->quantum = w->options.quantum ? w->options.quantum : DEFAULT_QUANTUM;
    if (w->options.strategy == RD_STRATEGY_RANDOM) {
        choices->answer = answer_random;
        choices->random[0] = w->options.seed;
    } else if (w->options.strategy == RD_STRATEGY_REPLAY) {
        choices->quantum = choices->replay_quantum;
        choices->choose = choices->replay_choose;
        choices->answer = choices->replay_count ? answer_replay : NULL;
    }
}

/* ---- replay strings -------------------------------------------------------------------------- */

static unsigned checksum(const char *text, size_t size) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return (hash ^ hash >> 16) & 0xFFFF;
}

static bool bad(char *error, size_t error_size, const char *text, const char *why) {
    snprintf(error, error_size,
             "replay string '%.60s%s': %s; expected a string printed by a recorded run, such as "
             "rd1.q200.n57.14s1/2.k9f3a",
             text, strlen(text) > 60 ? "..." : "", why);
    return false;
}

static bool parse_number(const char **text, uint64_t *value) {
    if (**text < '0' || **text > '9')
        return false;
    for (*value = 0; **text >= '0' && **text <= '9'; (*text)++) {
        unsigned digit = (unsigned)(**text - '0');
        if (*value > (UINT64_MAX - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    return true;
}

static bool parse_decision(const char **text, struct core_decision *decision) {
    uint64_t answer, count;
    if (!parse_number(text, &decision->index) || **text < 'a' || **text > 'z')
        return false;
    decision->kind = (uint8_t) * (*text)++;
    if (!parse_number(text, &answer) || *(*text)++ != '/' || !parse_number(text, &count))
        return false;
    if (answer == 0 || answer >= count || count > UINT32_MAX)
        return false;
    decision->answer = (uint32_t)answer;
    decision->count = (uint32_t)count;
    return true;
}

/* Letters after the quantum: what else was open. */
static unsigned parse_flags(const char **text) {
    unsigned flags = 0;
    const char *letter;
    while (**text && (letter = strchr(flag_letters, **text)) != NULL) {
        flags |= 1u << (letter - flag_letters);
        (*text)++;
    }
    return flags;
}

/* Every byte of the text but the last six, ".k9f3a", which must be the sum of the others. */
static const char *find_checksum(const char *text) {
    char expected[8];
    const char *sum = strstr(text, ".k");
    if (!sum)
        return NULL;
    snprintf(expected, sizeof expected, ".k%04x", checksum(text, (size_t)(sum - text)));
    return strcmp(sum, expected) == 0 ? sum : NULL;
}

static size_t count_dots(const char *text, const char *end) {
    size_t count = 0;
    for (; text < end; text++)
        count += *text == '.';
    return count;
}

/* A world that replays again and again uses the same memory for it. */
static bool reserve_replay(struct rd_world *w, size_t count) {
    struct core_choices *choices = &w->choices;
    if (count <= choices->replay_capacity)
        return true;
    if (count < choices->replay_capacity * 2)
        count = choices->replay_capacity * 2;
    struct core_decision *replay = base_arena_alloc(&w->permanent, count * sizeof *replay);
    if (!replay)
        return false;
    choices->replay = replay;
    choices->replay_capacity = count;
    return true;
}

/* With `out` NULL the text is only checked: a bad one must leave the world as it was. */
static bool parse_decisions(const char *cursor, const char *end, uint64_t taken,
                            struct core_decision *out) {
    uint64_t least = 0;
    while (cursor < end) {
        struct core_decision decision;
        if (*cursor++ != '.' || !parse_decision(&cursor, &decision) || decision.index < least ||
            decision.index >= taken)
            return false;
        least = decision.index + 1;
        if (out)
            *out++ = decision;
    }
    return true;
}

bool core_replay_parse(struct rd_world *w, const char *text, char *error, size_t error_size) {
    const char *cursor = text;
    uint64_t quantum, taken;
    unsigned choose = 0;
    if (strncmp(cursor, "rd1.q", 5) != 0)
        return bad(error, error_size, text, "it does not begin with rd1.q (version 1)");
    const char *end = find_checksum(text);
    if (!end)
        return bad(error, error_size, text, "its checksum is missing or wrong");
    cursor += 5;
    if (!parse_number(&cursor, &quantum) || quantum == 0 || quantum > UINT32_MAX ||
        (choose = parse_flags(&cursor), strncmp(cursor, ".n", 2)) != 0 ||
        (cursor += 2, !parse_number(&cursor, &taken)))
        return bad(error, error_size, text, "its quantum or length is no number");
    if (!parse_decisions(cursor, end, taken, NULL))
        return bad(error, error_size, text, "one of its decisions is malformed");
    if (!reserve_replay(w, count_dots(cursor, end)))
        return bad(error, error_size, text, "the host has no memory for it");
    parse_decisions(cursor, end, taken, w->choices.replay);
    w->choices.replay_count = count_dots(cursor, end);
    w->choices.replay_taken = taken;
    w->choices.replay_quantum = (uint32_t)quantum;
    w->choices.replay_choose = choose;
    return true;
}

const char *core_replay_print(struct rd_world *w) {
    const struct core_choices *choices = &w->choices;
    size_t count = choices->decision_count, room = 64 + count * 48;
    char *text = base_arena_alloc(&w->run, room);
    struct core_decision *decisions = base_arena_alloc(&w->run, count * sizeof *decisions);
    if (!text || !decisions)
        return "";
    core_decisions_copy(w, decisions);
    char flags[sizeof flag_letters], *letter = flags;
    for (size_t i = 0; flag_letters[i]; i++)
        if (choices->choose & 1u << i)
            *letter++ = flag_letters[i];
    *letter = '\0';
    size_t used = (size_t)snprintf(text, room, "rd1.q%" PRIu32 "%s.n%" PRIu64, choices->quantum,
                                   flags, choices->taken);
    for (size_t i = 0; i < count; i++) {
        const struct core_decision *decision = &decisions[i];
        used +=
            (size_t)snprintf(text + used, room - used, ".%" PRIu64 "%c%" PRIu32 "/%" PRIu32,
                             decision->index, decision->kind, decision->answer, decision->count);
    }
    snprintf(text + used, room - used, ".k%04x", checksum(text, used));
    return text;
}
