/*
 * test_every_order_driver.c - partial-order reduction against plain enumeration, on programs made
 * at random of what a driver is there for: notify routines that are removed while they are called,
 * requests that are sent, completed and cancelled, and files that are closed.
 *
 * Each thread is one of the system or one of a program, as its operations are. Arguments as for
 * test_every_order_kernel.c.
 */
#include <stdlib.h>
#include <string.h>

#include "explore/trace.h"
#include "support/rd_every_order.h"

#include "rundown/sdk/windows.h"
#include "rundown/sdk/winioctl.h"
#include "rundown/sdk/winsvc.h"
#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/rd_ntkernel.h"

enum {
    PEND = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_NEITHER, FILE_ANY_ACCESS),
    ASK = PEND + 4
};
#define SERVICES u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"

enum { OF_PROCESSES = ORDERS_THREADS, OF_THREADS, OF_IMAGES, OF_DEVICE };

static struct {
    LONG memory;
    PDEVICE_OBJECT device;
    KSPIN_LOCK lock;
    LIST_ENTRY queue;
    HANDLE file, threads[ORDERS_THREADS];
    OVERLAPPED overlapped[ORDERS_THREADS];
    SC_HANDLE manager, service;
} d;

static LONG now(void) {
    return InterlockedIncrement(&d.memory);
}

static HANDLE file_now(void) {
    return InterlockedCompareExchangePointer(&d.file, NULL, NULL);
}

/* ---- the driver ------------------------------------------------------------------------------ */

static VOID on_process(PEPROCESS process, HANDLE id, PPS_CREATE_NOTIFY_INFO info) {
    (void)process, (void)id;
    orders_see(OF_PROCESSES, (uint64_t)now() * 2 + (info != NULL));
}
static VOID on_process_again(HANDLE parent, HANDLE id, BOOLEAN create) {
    (void)parent, (void)id;
    orders_see(OF_PROCESSES, (uint64_t)now() * 4 + create);
}
static VOID on_thread(HANDLE process, HANDLE id, BOOLEAN create) {
    (void)process, (void)id;
    orders_see(OF_THREADS, (uint64_t)now() * 2 + create);
}
static VOID on_image(PUNICODE_STRING name, HANDLE process, PIMAGE_INFO info) {
    (void)name, (void)process, (void)info;
    orders_see(OF_IMAGES, (uint64_t)now());
}

static NTSTATUS complete(PIRP irp, NTSTATUS status) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static VOID on_cancel(PDEVICE_OBJECT device, PIRP irp) {
    KIRQL irql;
    (void)device;
    IoReleaseCancelSpinLock(irp->CancelIrql);
    KeAcquireSpinLock(&d.lock, &irql);
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
    KeReleaseSpinLock(&d.lock, irql);
    complete(irp, STATUS_CANCELLED);
}

/* Of whoever is in the queue first, and of that file if one is given; NULL: nobody. */
static PIRP take(PFILE_OBJECT file) {
    KIRQL irql;
    PIRP found = NULL;
    KeAcquireSpinLock(&d.lock, &irql);
    for (PLIST_ENTRY link = d.queue.Flink; link != &d.queue && !found; link = link->Flink) {
        PIRP irp = CONTAINING_RECORD(link, IRP, Tail.Overlay.ListEntry);
        if ((file && IoGetCurrentIrpStackLocation(irp)->FileObject != file) ||
            !IoSetCancelRoutine(irp, NULL))
            continue;
        RemoveEntryList(link);
        found = irp;
        break;
    }
    KeReleaseSpinLock(&d.lock, irql);
    return found;
}

static NTSTATUS pend(PIRP irp) {
    KIRQL irql;
    KeAcquireSpinLock(&d.lock, &irql);
    IoSetCancelRoutine(irp, on_cancel);
    if (irp->Cancel && IoSetCancelRoutine(irp, NULL)) {
        KeReleaseSpinLock(&d.lock, irql);
        return complete(irp, STATUS_CANCELLED);
    }
    IoMarkIrpPending(irp);
    InsertTailList(&d.queue, &irp->Tail.Overlay.ListEntry);
    KeReleaseSpinLock(&d.lock, irql);
    return STATUS_PENDING;
}

static NTSTATUS dispatch(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    PIRP left;
    (void)device;
    if (location->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        if (location->Parameters.DeviceIoControl.IoControlCode == PEND)
            return pend(irp);
        orders_see(OF_DEVICE, (uint64_t)now());
    }
    while (location->MajorFunction == IRP_MJ_CLEANUP && (left = take(location->FileObject)) != NULL)
        complete(left, STATUS_CANCELLED);
    return complete(irp, STATUS_SUCCESS);
}

static UNICODE_STRING name_of(PCWSTR text) {
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, text);
    return name;
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNICODE_STRING link = name_of(u"\\DosDevices\\Device");
    PsSetCreateProcessNotifyRoutineEx(on_process, TRUE);
    PsSetCreateProcessNotifyRoutine(on_process_again, TRUE);
    PsRemoveCreateThreadNotifyRoutine(on_thread);
    PsRemoveLoadImageNotifyRoutine(on_image);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(driver->DeviceObject);
}

/* ---- what threads of the system do ----------------------------------------------------------- */

static void remove_process_routine(unsigned self) {
    orders_see(self, (uint64_t)PsSetCreateProcessNotifyRoutineEx(on_process, TRUE));
}
static void add_process_routine(unsigned self) {
    orders_see(self, (uint64_t)PsSetCreateProcessNotifyRoutine(on_process_again, FALSE));
}
static void remove_thread_routine(unsigned self) {
    orders_see(self, (uint64_t)PsRemoveCreateThreadNotifyRoutine(on_thread));
}
static void remove_image_routine(unsigned self) {
    orders_see(self, (uint64_t)PsRemoveLoadImageNotifyRoutine(on_image));
}
static VOID run_started(PVOID context) {
    (void)context;
    now();
}
static void start_thread(unsigned self) {
    HANDLE handle;
    orders_see(self, (uint64_t)PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                                    run_started, NULL));
    ZwClose(handle);
}
static void count(unsigned self) {
    orders_see(self, (uint64_t)now());
}
static void complete_first(unsigned self) {
    PIRP irp = take(NULL);
    orders_see(self, irp != NULL);
    if (irp)
        complete(irp, STATUS_SUCCESS);
}
static void stop(unsigned self, PCWSTR service) {
    UNICODE_STRING name = name_of(service);
    orders_see(self, (uint64_t)ZwUnloadDriver(&name));
}
static void stop_driver(unsigned self) {
    stop(self, SERVICES u"d");
}
/* The one whose code it runs. */
static void stop_own(unsigned self) {
    stop(self, SERVICES u"k");
}

/* ---- what threads of the program do ---------------------------------------------------------- */

static DWORD WINAPI run_nothing(LPVOID parameter) {
    (void)parameter;
    return 0;
}
static void create_thread(unsigned self) {
    HANDLE handle = CreateThread(NULL, 0, run_nothing, NULL, 0, NULL);
    orders_see(self, handle != NULL);
    CloseHandle(handle);
}
static void spawn(unsigned self) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION info;
    char line[] = "c.exe";
    orders_see(self, (uint64_t)CreateProcessA("c.exe", line, NULL, NULL, FALSE, CREATE_SUSPENDED,
                                              NULL, NULL, &startup, &info));
    TerminateProcess(info.hProcess, 3);
}
static void load_dll(unsigned self) {
    orders_see(self, LoadLibraryA("d.dll") != NULL);
}
static void end_thread(unsigned self) {
    (void)self;
    ExitThread(3);
}
static void kill_next(unsigned self) {
    orders_see(self, (uint64_t)TerminateThread(d.threads[(self + 1) % orders_program.threads], 5));
}
static void end_process(unsigned self) {
    (void)self;
    ExitProcess(4);
}
static void send(unsigned self, DWORD code) {
    DWORD bytes;
    BOOL done = DeviceIoControl(file_now(), code, NULL, 0, NULL, 0, &bytes, &d.overlapped[self]);
    orders_see(self, done ? 0 : GetLastError());
}
static void ask(unsigned self) {
    send(self, ASK);
}
static void send_away(unsigned self) {
    send(self, PEND);
}
static void send_and_wait(unsigned self) {
    DWORD bytes = 0;
    HANDLE file = file_now();
    DeviceIoControl(file, PEND, NULL, 0, NULL, 0, &bytes, &d.overlapped[self]);
    orders_see(self, GetLastError());
    if (GetLastError() == ERROR_IO_PENDING)
        orders_see(self, (uint64_t)GetOverlappedResult(file, &d.overlapped[self], &bytes, TRUE));
    orders_see(self, GetLastError());
}
static void cancel_all(unsigned self) {
    orders_see(self, (uint64_t)CancelIoEx(file_now(), NULL));
}
static void cancel_own(unsigned self) {
    orders_see(self, (uint64_t)CancelIo(file_now()));
}
static void close_file(unsigned self) {
    HANDLE file = InterlockedExchangePointer(&d.file, NULL);
    if (file)
        orders_see(self, (uint64_t)CloseHandle(file));
}
static HANDLE open(void) {
    return CreateFileA("\\\\.\\Device", GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                       FILE_FLAG_OVERLAPPED, NULL);
}
static void open_file(unsigned self) {
    HANDLE file = open();
    orders_see(self, file != INVALID_HANDLE_VALUE);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
}

/* It is gone when nobody has it open any more. */
static void delete_service(unsigned self) {
    SC_HANDLE service = InterlockedExchangePointer((PVOID *)&d.service, NULL);
    orders_see(self, DeleteService(service) ? 0 : GetLastError());
    if (service)
        CloseServiceHandle(service);
}
static void create_service(unsigned self) {
    SC_HANDLE made = CreateServiceA(d.manager, "d", NULL, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
                                    SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, "d.sys", NULL, NULL,
                                    NULL, NULL, NULL);
    orders_see(self, made ? 0 : GetLastError());
    if (made)
        CloseServiceHandle(made);
}
static void open_service(unsigned self) {
    SC_HANDLE opened = OpenServiceA(d.manager, "d", SERVICE_ALL_ACCESS);
    orders_see(self, opened ? 0 : GetLastError());
    if (opened)
        CloseServiceHandle(opened);
}

/* ---- programs -------------------------------------------------------------------------------- */

static const struct orders_op ops[] = {
    ORDERS_OP(remove_process_routine),
    ORDERS_OP(add_process_routine),
    ORDERS_OP(remove_thread_routine),
    ORDERS_OP(remove_image_routine),
    ORDERS_OP(start_thread),
    ORDERS_OP(count),
    ORDERS_OP(complete_first),
    ORDERS_OP(stop_driver),
    ORDERS_OP(stop_own),
    /* 9: of the program */
    ORDERS_OP(create_thread),
    ORDERS_OP(spawn),
    ORDERS_OP(load_dll),
    ORDERS_OP(end_thread),
    ORDERS_OP(kill_next),
    /* 14: requests */
    ORDERS_OP(end_process),
    ORDERS_OP(ask),
    ORDERS_OP(send_away),
    ORDERS_OP(send_and_wait),
    ORDERS_OP(cancel_all),
    ORDERS_OP(cancel_own),
    ORDERS_OP(close_file),
    ORDERS_OP(open_file),
    /* 22: services */
    ORDERS_OP(delete_service),
    ORDERS_OP(create_service),
    ORDERS_OP(open_service),
};
enum { OPS = sizeof ops / sizeof ops[0], OF_PROGRAM = 9, REQUESTS = 14, SERVICES_OF_DRIVERS = 22 };

static const struct orders_test test;

static bool is_of_program(unsigned thread) {
    return thread < orders_program.threads && orders_program.steps[thread][0].op >= OF_PROGRAM;
}

static DWORD WINAPI run_thread(LPVOID parameter) {
    orders_run(&test, (unsigned)(UINT_PTR)parameter);
    return 0;
}

static VOID run_system_thread(PVOID context) {
    orders_run(&test, (unsigned)(ULONG_PTR)context);
}

static int run_program(int argc, char **argv) {
    unsigned first = 0;
    (void)argc, (void)argv;
    if (orders_use(REQUESTS, SERVICES_OF_DRIVERS))
        d.file = open();
    if (orders_use(SERVICES_OF_DRIVERS, OPS)) {
        d.manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
        d.service = OpenServiceA(d.manager, "d", SERVICE_ALL_ACCESS);
    }
    while (!is_of_program(first))
        first++;
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &d.threads[first],
                    0, FALSE, DUPLICATE_SAME_ACCESS);
    for (UINT_PTR i = first + 1; i < ORDERS_THREADS; i++)
        if (is_of_program((unsigned)i))
            d.threads[i] = CreateThread(NULL, 0, run_thread, (LPVOID)i, 0, NULL);
    run_thread((LPVOID)(UINT_PTR)first);
    for (unsigned i = first + 1; i < ORDERS_THREADS && orders_program.joins; i++)
        if (d.threads[i])
            WaitForSingleObject(d.threads[i], INFINITE);
    return 0;
}

static int run_child(int argc, char **argv) {
    (void)argc, (void)argv;
    return 6;
}

static int dll_main(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reason, (void)reserved;
    return TRUE;
}

static int32_t enter_driver(void *object, void *path) {
    PDRIVER_OBJECT driver = object;
    UNICODE_STRING name = name_of(u"\\Device\\Device"), link = name_of(u"\\DosDevices\\Device");
    (void)path;
    InitializeListHead(&d.queue);
    KeInitializeSpinLock(&d.lock);
    for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = dispatch;
    driver->DriverUnload = unload;
    IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &d.device);
    IoCreateSymbolicLink(&link, &name);
    if (!orders_use(REQUESTS, OPS)) {
        PsSetCreateProcessNotifyRoutineEx(on_process, FALSE);
        PsSetCreateThreadNotifyRoutine(on_thread);
        PsSetLoadImageNotifyRoutine(on_image);
    }
    return STATUS_SUCCESS;
}

static VOID unload_other(PDRIVER_OBJECT driver) {
    (void)driver;
    now();
}

/* Another driver, whose code stays unless it is stopped, too. */
static int32_t enter_other(void *object, void *path) {
    PDRIVER_OBJECT driver = object;
    (void)path;
    driver->DriverUnload = unload_other;
    for (ULONG_PTR i = 0; i < orders_program.threads; i++) {
        HANDLE handle;
        if (is_of_program((unsigned)i))
            continue;
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, run_system_thread,
                             (PVOID)i);
        ZwClose(handle);
    }
    return STATUS_SUCCESS;
}

/* What is told to drivers are many steps: then each thread does one thing. */
static void make_program(uint64_t seed, unsigned first, unsigned end) {
    uint64_t state = exp_seed(seed, 1);
    bool small = first < REQUESTS;
    orders_program.threads = 2;
    orders_program.joins = small || exp_below(&state, 3) != 0;
    for (unsigned t = 0; t < orders_program.threads; t++) {
        bool system = t && (small || exp_below(&state, 2) == 0);
        orders_program.count[t] = small ? 1 : 1 + exp_below(&state, ORDERS_STEPS);
        for (unsigned i = 0; i < orders_program.count[t]; i++)
            orders_program.steps[t][i].op =
                system ? exp_below(&state, OF_PROGRAM) : first + exp_below(&state, end - first);
    }
}

/* Programs some orders of which were missed once, or begun in vain. */
static const struct orders_case hard[] = {
    {"send_and_wait / complete_first", 0},
    {"send_away / cancel_all", 0},
    {"send_away / close_file", 0},
    {"send_and_wait / cancel_own", 0},
    {"send_away / complete_first", 0},
    {"send_away end_thread / cancel_all", 0},
    {"send_and_wait / end_process", 0},
    {"ask / cancel_all /", 0},
    {"count / stop_own", 0},
    {"stop_own / stop_own", 0},
    {"stop_driver / stop_own", 0},
    {"remove_thread_routine / stop_driver", 0},
    {"send_and_wait / stop_driver", 0},
    {"cancel_all / kill_next", 0},
    {"load_dll / kill_next", 0},
    {"end_thread / kill_next", 0},
    {"delete_service create_service / stop_driver", 0},
    {"delete_service open_service / stop_driver", 0},
};

static void prepare(rd_world *world) {
    const rd_image_desc image = {.size = sizeof image, .main = run_program},
                        child = {.size = sizeof child, .main = run_child},
                        dll = {.size = sizeof dll, .dll_main = dll_main};
    assert_int_equal(rd_image_register(world, "p.exe", &image), RD_OK);
    assert_int_equal(rd_image_register(world, "c.exe", &child), RD_OK);
    assert_int_equal(rd_image_register(world, "d.dll", &dll), RD_OK);
}

static void start(rd_world *world) {
    memset(&d, 0, sizeof d);
    assert_int_equal(rd_driver_load(world, "d.sys", enter_driver, NULL), RD_OK);
    assert_int_equal(rd_driver_load(world, "k.sys", enter_other, NULL), RD_OK);
    if (orders_use(OF_PROGRAM, OPS))
        assert_int_equal(rd_process_start(world, "p.exe", NULL, NULL), RD_OK);
}

static uint64_t memory(void) {
    return (uint64_t)d.memory;
}

static const struct orders_test test = {.ops = ops,
                                        .op_count = OPS,
                                        .prepare = prepare,
                                        .start = start,
                                        .outcome = memory,
                                        .make = make_program,
                                        .programs = 7,
                                        .executions_max = 6000,
                                        .hard_executions_max = 30000};

static void notifications_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "notifications", OF_PROGRAM, REQUESTS, 0);
}
static void requests_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "requests", REQUESTS, SERVICES_OF_DRIVERS, 0);
}
static void services_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "services", SERVICES_OF_DRIVERS, OPS, 0);
}
static void hard_programs_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_cases(&test, hard, sizeof hard / sizeof hard[0]);
}

int main(int argc, char **argv) {
    int status;
    if (orders_asked_for(&test, argc, argv, &status))
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notifications_are_reduced_soundly),
        cmocka_unit_test(requests_are_reduced_soundly),
        cmocka_unit_test(services_are_reduced_soundly),
        cmocka_unit_test(hard_programs_are_reduced_soundly),
    };
    return cmocka_run_group_tests_name("explore.every_order_driver", tests, NULL, NULL);
}
