/* kernel_pool.c - pool and lookaside lists. */
#include "api/kernel.h"
#include "ke/track.h"

enum { NO_TAG = KERNEL_TAG('N', 'o', 'n', 'e') };

static PVOID allocate(const struct io_pool_request *request, bool raise) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    void *memory = io_pool_allocate(w, request);
    if (!memory && raise)
        ldr_raise(w, &(struct ldr_exception){.code = (uint32_t)STATUS_INSUFFICIENT_RESOURCES});
    return memory;
}

PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    struct io_pool_request request = {.size = NumberOfBytes,
                                      .tag = Tag,
                                      .paged = (PoolType & PagedPool) != 0,
                                      .uninitialized = !(PoolType & POOL_ZERO_ALLOCATION)};
    return allocate(&request, (PoolType & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0);
}

PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes) {
    return ExAllocatePoolWithTag(PoolType, NumberOfBytes, NO_TAG);
}

PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                    EX_POOL_PRIORITY Priority) {
    (void)Priority;
    return ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);
}

/* Raises when there is no memory unless told otherwise. */
PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag) {
    bool raise = !(PoolType & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
    struct io_pool_request request = {.size = NumberOfBytes,
                                      .tag = Tag,
                                      .paged = (PoolType & PagedPool) != 0,
                                      .uninitialized = true};
    return allocate(&request, raise);
}

PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag) {
    POOL_FLAGS kinds =
        Flags & (POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE);
    bool raise = (Flags & POOL_FLAG_RAISE_ON_FAILURE) != 0;
    bool one_kind = kinds && (kinds & (kinds - 1)) == 0;
    if (!one_kind || Tag == 0 || NumberOfBytes == 0) {
        struct rd_world *w = kernel_world();
        if (raise && w)
            ldr_raise(w, &(struct ldr_exception){.code = (uint32_t)STATUS_INVALID_PARAMETER});
        return NULL;
    }
    struct io_pool_request request = {.size = NumberOfBytes,
                                      .tag = Tag,
                                      .paged = kinds == POOL_FLAG_PAGED,
                                      .uninitialized = (Flags & POOL_FLAG_UNINITIALIZED) != 0};
    return allocate(&request, raise);
}

VOID ExFreePoolWithTag(PVOID P, ULONG Tag) {
    struct rd_world *w = kernel_world();
    if (w)
        io_pool_free(w, P, Tag);
}

VOID ExFreePool(PVOID P) {
    ExFreePoolWithTag(P, 0);
}

/* Programs use some of these run-time functions too: their memory is heap. */
void *kernel_allocate(struct rd_world *w, size_t size, uint32_t tag) {
    if (w->ke->current->kernel_depth == 0)
        return ldr_heap_alloc(w, size, false);
    return io_pool_allocate(w, &(struct io_pool_request){.size = size, .tag = tag, .paged = true});
}

void kernel_free(struct rd_world *w, void *memory) {
    if (w->ke->current->kernel_depth == 0)
        ldr_heap_free(w, memory);
    else
        io_pool_free(w, memory, 0);
}

/* ---- lookaside lists: nothing is cached, so that misuse of an entry is found at once --------- */

#define LOOKASIDE_MAGIC 0x6C6F6F6Bu

/* Laid over the driver's storage. */
struct lookaside {
    uint32_t magic;
    uint32_t tag;
    size_t size;
    POOL_TYPE pool_type;
    PALLOCATE_FUNCTION allocate;
    PFREE_FUNCTION free;
    PALLOCATE_FUNCTION_EX allocate_ex;
    PFREE_FUNCTION_EX free_ex;
};

_Static_assert(sizeof(struct lookaside) <= sizeof(LOOKASIDE_LIST_EX), "fits the driver's storage");
_Static_assert(sizeof(struct lookaside) <= sizeof(PAGED_LOOKASIDE_LIST),
               "fits the driver's storage");

static struct lookaside *checked(void *list) {
    struct lookaside *lookaside = list;
    struct rd_world *w = kernel_world();
    if (w)
        ke_track_use(w, list);
    if (w && lookaside->magic != LOOKASIDE_MAGIC)
        ke_uninitialised(w, "a lookaside list routine");
    return lookaside;
}

static PVOID take(void *list) {
    const struct lookaside *lookaside = checked(list);
    if (lookaside->allocate_ex)
        return lookaside->allocate_ex(lookaside->pool_type, lookaside->size, lookaside->tag, list);
    if (lookaside->allocate)
        return lookaside->allocate(lookaside->pool_type, lookaside->size, lookaside->tag);
    return ExAllocatePoolWithTag(lookaside->pool_type, lookaside->size, lookaside->tag);
}

static void give(void *list, void *entry) {
    const struct lookaside *lookaside = checked(list);
    if (lookaside->free_ex)
        lookaside->free_ex(entry, list);
    else if (lookaside->free)
        lookaside->free(entry);
    else
        ExFreePoolWithTag(entry, lookaside->tag);
}

static void initialize(void *list, const struct lookaside *content) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_track(w, list, KE_LOOKASIDE);
    *(struct lookaside *)list = *content;
    ((struct lookaside *)list)->magic = LOOKASIDE_MAGIC;
}

static void forget(void *list) {
    struct rd_world *w = kernel_world();
    checked(list)->magic = 0;
    if (w)
        ke_untrack(w, list);
}

NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PALLOCATE_FUNCTION_EX Allocate,
                                     PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
                                     SIZE_T Size, ULONG Tag, USHORT Depth) {
    bool raise = Flags == EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL;
    POOL_TYPE type = raise ? PoolType | POOL_RAISE_IF_ALLOCATION_FAILURE : PoolType;
    (void)Depth;
    if (Flags && !raise && Flags != EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE)
        return STATUS_INVALID_PARAMETER_4; /* unknown, or both */
    initialize(
        Lookaside,
        &(struct lookaside){
            .tag = Tag, .size = Size, .pool_type = type, .allocate_ex = Allocate, .free_ex = Free});
    return STATUS_SUCCESS;
}

VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside) {
    forget(Lookaside);
}

VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside) {
    checked(Lookaside);
}

PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside) {
    return take(Lookaside);
}

VOID ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry) {
    give(Lookaside, Entry);
}

VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                     PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                     USHORT Depth) {
    (void)Depth;
    initialize(Lookaside, &(struct lookaside){.tag = Tag,
                                              .size = Size,
                                              .pool_type = NonPagedPool | Flags,
                                              .allocate = Allocate,
                                              .free = Free});
}

VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside) {
    forget(Lookaside);
}

PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside) {
    return take(Lookaside);
}

VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry) {
    give(Lookaside, Entry);
}

VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                    PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                    USHORT Depth) {
    (void)Depth;
    initialize(Lookaside, &(struct lookaside){.tag = Tag,
                                              .size = Size,
                                              .pool_type = PagedPool | Flags,
                                              .allocate = Allocate,
                                              .free = Free});
}

VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside) {
    forget(Lookaside);
}

PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside) {
    return take(Lookaside);
}

VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry) {
    give(Lookaside, Entry);
}
