/*
 * win32_interlocked.c - interlocked operations: each one is a scheduling point, then one atomic
 * access.
 *
 * Programs of two worlds may share variables (images made of registered functions do), so the
 * host's atomic operations are used although only one thread of a world runs at a time.
 */
#include "api/access.h"

/* Whose operation it is: of functions that programs call. */
#define CALLER __builtin_return_address(0)

/* A point before an access to the whole variable. */
#define POINT(variable, kind) api_atomic_point((variable), sizeof *(variable), (kind), CALLER)

/* After a compare-and-exchange at that variable: one that fails has only read. */
#define EXCHANGED(variable, done) exchanged((variable), sizeof *(variable), (done))
static bool exchanged(const volatile void *address, size_t size, bool done) {
    api_access(address, size, done ? KE_WRITE : KE_READ);
    return done;
}

PVOID RdReadPoint(VOID const volatile *Source, SIZE_T Size) {
    api_atomic_point(Source, Size, KE_READ, CALLER);
    return (PVOID)(uintptr_t)Source;
}

PVOID RdWritePoint(VOID volatile *Destination, SIZE_T Size) {
    api_atomic_point(Destination, Size, KE_WRITE, CALLER);
    return (PVOID)(uintptr_t)Destination;
}

#define ADD_AND_FETCH(address, value) __atomic_add_fetch((address), (value), __ATOMIC_SEQ_CST)
#define FETCH_AND_ADD(address, value) __atomic_fetch_add((address), (value), __ATOMIC_SEQ_CST)
#define FETCH_AND_AND(address, value) __atomic_fetch_and((address), (value), __ATOMIC_SEQ_CST)
#define FETCH_AND_OR(address, value) __atomic_fetch_or((address), (value), __ATOMIC_SEQ_CST)
#define FETCH_AND_XOR(address, value) __atomic_fetch_xor((address), (value), __ATOMIC_SEQ_CST)
#define EXCHANGE(address, value) __atomic_exchange_n((address), (value), __ATOMIC_SEQ_CST)

/* After a step that was to write: what was there has stayed as it was. */
static void unless_changed(bool changed) {
    if (!changed)
        api_changed_nothing();
}

#define COUNTING(suffix, type)                                                                     \
    type InterlockedIncrement##suffix(type volatile *Addend) {                                     \
        POINT(Addend, KE_WRITE);                                                                   \
        return ADD_AND_FETCH(Addend, 1);                                                           \
    }                                                                                              \
    type InterlockedDecrement##suffix(type volatile *Addend) {                                     \
        POINT(Addend, KE_WRITE);                                                                   \
        return ADD_AND_FETCH(Addend, -1);                                                          \
    }

#define EXCHANGING(suffix, type)                                                                   \
    type InterlockedExchange##suffix(type volatile *Target, type Value) {                          \
        POINT(Target, KE_WRITE);                                                                   \
        type before = EXCHANGE(Target, Value);                                                     \
        unless_changed(before != Value);                                                           \
        return before;                                                                             \
    }

#define ADDING(suffix, type)                                                                       \
    type InterlockedExchangeAdd##suffix(type volatile *Addend, type Value) {                       \
        POINT(Addend, KE_WRITE);                                                                   \
        unless_changed(Value != 0);                                                                \
        return FETCH_AND_ADD(Addend, Value);                                                       \
    }

#define COMPARING(suffix, type)                                                                    \
    type InterlockedCompareExchange##suffix(type volatile *Destination, type ExChange,             \
                                            type Comperand) {                                      \
        api_exchange_point(Destination, sizeof *Destination, &Comperand, CALLER);                  \
        EXCHANGED(Destination, __atomic_compare_exchange_n(Destination, &Comperand, ExChange, 0,   \
                                                           __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));   \
        return Comperand;                                                                          \
    }

#define COMBINING(suffix, type)                                                                    \
    type InterlockedAnd##suffix(type volatile *Destination, type Value) {                          \
        POINT(Destination, KE_WRITE);                                                              \
        type before = FETCH_AND_AND(Destination, Value);                                           \
        unless_changed(before != (before & Value));                                                \
        return before;                                                                             \
    }                                                                                              \
    type InterlockedOr##suffix(type volatile *Destination, type Value) {                           \
        POINT(Destination, KE_WRITE);                                                              \
        type before = FETCH_AND_OR(Destination, Value);                                            \
        unless_changed(before != (before | Value));                                                \
        return before;                                                                             \
    }                                                                                              \
    type InterlockedXor##suffix(type volatile *Destination, type Value) {                          \
        POINT(Destination, KE_WRITE);                                                              \
        unless_changed(Value != 0);                                                                \
        return FETCH_AND_XOR(Destination, Value);                                                  \
    }

COUNTING(, LONG)
COUNTING(64, LONG64)
COUNTING(16, SHORT)
EXCHANGING(, LONG)
EXCHANGING(64, LONG64)
EXCHANGING(16, SHORT)
EXCHANGING(8, CHAR)
EXCHANGING(Pointer, PVOID)
ADDING(, LONG)
ADDING(64, LONG64)
ADDING(8, CHAR)
COMPARING(, LONG)
COMPARING(64, LONG64)
COMPARING(16, SHORT)
COMPARING(Pointer, PVOID)
COMBINING(, LONG)
COMBINING(64, LONG64)
COMBINING(16, SHORT)
COMBINING(8, CHAR)

LONG InterlockedAdd(LONG volatile *Addend, LONG Value) {
    POINT(Addend, KE_WRITE);
    return ADD_AND_FETCH(Addend, Value);
}

LONG64 InterlockedAdd64(LONG64 volatile *Addend, LONG64 Value) {
    POINT(Addend, KE_WRITE);
    return ADD_AND_FETCH(Addend, Value);
}

/* Atomic within the world, which is all that one of its programs can see. */
BOOLEAN InterlockedCompareExchange128(LONG64 volatile *Destination, LONG64 ExchangeHigh,
                                      LONG64 ExchangeLow, LONG64 *ComparandResult) {
    api_exchange_point(Destination, 2 * sizeof *Destination, ComparandResult, CALLER);
    LONG64 low = Destination[0], high = Destination[1];
    bool equal = exchanged(Destination, 2 * sizeof *Destination,
                           low == ComparandResult[0] && high == ComparandResult[1]);
    if (equal) {
        Destination[0] = ExchangeLow;
        Destination[1] = ExchangeHigh;
    }
    ComparandResult[0] = low;
    ComparandResult[1] = high;
    return equal;
}

/* ---- bits ------------------------------------------------------------------------------------ */

/* Where the bit lies; the address may be wrong. */
#define WORD(type, base, bit, width)                                                               \
    ((type volatile *)((ULONG_PTR)(base) + (ULONG_PTR)((bit) / (width)) * sizeof(type)))

#define BITS(suffix, type, width)                                                                  \
    UCHAR InterlockedBitTestAndSet##suffix(type volatile *Base, type Bit) {                        \
        type mask = (type)((type)1 << (Bit & ((width)-1)));                                        \
        POINT(WORD(type, Base, Bit, width), KE_WRITE);                                             \
        UCHAR was = (FETCH_AND_OR(WORD(type, Base, Bit, width), mask) & mask) != 0;                \
        unless_changed(!was);                                                                      \
        return was;                                                                                \
    }                                                                                              \
    UCHAR InterlockedBitTestAndReset##suffix(type volatile *Base, type Bit) {                      \
        type mask = (type)((type)1 << (Bit & ((width)-1)));                                        \
        POINT(WORD(type, Base, Bit, width), KE_WRITE);                                             \
        UCHAR was = (FETCH_AND_AND(WORD(type, Base, Bit, width), ~mask) & mask) != 0;              \
        unless_changed(was);                                                                       \
        return was;                                                                                \
    }                                                                                              \
    UCHAR InterlockedBitTestAndComplement##suffix(type volatile *Base, type Bit) {                 \
        type mask = (type)((type)1 << (Bit & ((width)-1)));                                        \
        POINT(WORD(type, Base, Bit, width), KE_WRITE);                                             \
        return (FETCH_AND_XOR(WORD(type, Base, Bit, width), mask) & mask) != 0;                    \
    }

BITS(, LONG, 32)
BITS(64, LONG64, 64)

/* ---- singly linked lists --------------------------------------------------------------------- */

/* Alignment counts the entries, Region is the first one. */
VOID InitializeSListHead(PSLIST_HEADER ListHead) {
    ListHead->Alignment = ListHead->Region = 0;
}

PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry) {
    POINT(&ListHead->Alignment, KE_WRITE);
    PSLIST_ENTRY first = (PSLIST_ENTRY)(uintptr_t)ListHead->Region;
    ListEntry->Next = first;
    ListHead->Region = (uintptr_t)ListEntry;
    ListHead->Alignment++;
    return first;
}

PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead) {
    POINT(&ListHead->Alignment, KE_WRITE);
    PSLIST_ENTRY first = (PSLIST_ENTRY)(uintptr_t)ListHead->Region;
    unless_changed(first != NULL);
    if (first) {
        ListHead->Region = (uintptr_t)first->Next;
        ListHead->Alignment--;
    }
    return first;
}

PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead) {
    POINT(&ListHead->Alignment, KE_WRITE);
    PSLIST_ENTRY first = (PSLIST_ENTRY)(uintptr_t)ListHead->Region;
    InitializeSListHead(ListHead);
    return first;
}

USHORT QueryDepthSList(PSLIST_HEADER ListHead) {
    return (USHORT)ListHead->Alignment;
}

/* ---- barriers -------------------------------------------------------------------------------- */

VOID MemoryBarrier(VOID) {
    struct api_caller me;
    if (api_caller_get(&me))
        ke_point(me.w, 0, KE_NOTHING);
}

VOID YieldProcessor(VOID) {
    struct api_caller me;
    if (api_caller_get(&me))
        ke_yield(me.w);
}
