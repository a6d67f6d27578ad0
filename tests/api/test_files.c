/* test_files.c - pipes and files, and what the death of a process does to them. */
#include <stdlib.h>
#include <unistd.h>

#include "sim.h"

static char path[300];

static void make_path(void) {
    snprintf(path, sizeof path, "rundown-test-files-%d", (int)getpid());
    remove(path);
}

/* ---- pipes ----------------------------------------------------------------------------------- */

static DWORD writes_slowly(LPVOID parameter) {
    DWORD done;
    for (int i = 0; i < 3; i++) {
        Sleep(5);
        WriteFile(parameter, "abc", 3, &done, NULL);
    }
    CloseHandle(parameter);
    return 0;
}

static int pipe_within(int argc, char **argv) {
    HANDLE reader, writer;
    char text[16] = "";
    DWORD done = 0, available = 9;
    (void)argc, (void)argv;
    expect(CreatePipe(&reader, &writer, NULL, 0));
    expect(PeekNamedPipe(reader, NULL, 0, NULL, &available, NULL));
    expect_equal(available, 0);
    sim_thread(writes_slowly, writer);
    for (int i = 0; i < 3; i++) {
        expect(ReadFile(reader, text, sizeof text, &done, NULL));
        expect(done == 3 && memcmp(text, "abc", 3) == 0);
    }
    expect_fails(ReadFile(reader, text, sizeof text, &done, NULL), ERROR_BROKEN_PIPE);
    expect_fails(PeekNamedPipe(reader, NULL, 0, NULL, &available, NULL), ERROR_BROKEN_PIPE);
    expect(CreatePipe(&reader, &writer, NULL, 4));
    expect_fails(ReadFile(writer, text, 1, &done, NULL), ERROR_ACCESS_DENIED);
    expect_fails(WriteFile(reader, text, 1, &done, NULL), ERROR_ACCESS_DENIED);
    expect_equal(GetFileType(reader), FILE_TYPE_PIPE);
    CloseHandle(reader);
    expect_fails(WriteFile(writer, text, 1, &done, NULL), ERROR_NO_DATA);
    return 0;
}

static void pipes_block_and_break(void **state) {
    sim_run(state, pipe_within);
}

static DWORD fills(LPVOID parameter) {
    DWORD done = 0;
    WriteFile(parameter, "0123456789", 10, &done, NULL);
    return done;
}

static int full_pipe(int argc, char **argv) {
    HANDLE reader, writer;
    char byte, all[11] = "";
    DWORD done;
    (void)argc, (void)argv;
    expect(CreatePipe(&reader, &writer, NULL, 4));
    HANDLE thread = sim_thread(fills, writer);
    expect_equal(WaitForSingleObject(thread, 10), WAIT_TIMEOUT);
    for (int i = 0; i < 10; i++) {
        expect(ReadFile(reader, &byte, 1, &done, NULL));
        all[i] = byte;
    }
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 10);
    expect(strcmp(all, "0123456789") == 0);
    return 0;
}

static void a_full_pipe_stops_its_writer(void **state) {
    sim_run(state, full_pipe);
}

/* Child: writes to its standard output handle, then sleeps until it is killed. */
static int writes_to_pipe(int argc, char **argv) {
    DWORD done;
    (void)argc, (void)argv;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), "from child", 10, &done, NULL);
    Sleep(INFINITE);
    return 0;
}

static int pipe_of_child(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    STARTUPINFOA startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION child;
    HANDLE reader, writer;
    char text[16] = "";
    DWORD done;
    (void)argc, (void)argv;
    expect(CreatePipe(&reader, &writer, &inheritable, 0));
    expect(SetHandleInformation(reader, HANDLE_FLAG_INHERIT, 0));
    startup.hStdOutput = writer;
    expect(CreateProcessA("child.exe", NULL, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child));
    CloseHandle(writer);
    expect(ReadFile(reader, text, sizeof text, &done, NULL));
    expect(strcmp(text, "from child") == 0);
    TerminateProcess(child.hProcess, 1);
    expect_fails(ReadFile(reader, text, sizeof text, &done, NULL), ERROR_BROKEN_PIPE);
    return 0;
}

static void HNDL_50__a_dead_writer_breaks_the_pipe(void **state) {
    sim_image(state, "child.exe", writes_to_pipe);
    sim_run(state, pipe_of_child);
}

static DWORD reads_for_ever(LPVOID parameter) {
    char byte;
    DWORD done;
    return (DWORD)ReadFile(parameter, &byte, 1, &done, NULL);
}

static int killed_reader(int argc, char **argv) {
    HANDLE reader, writer;
    DWORD done;
    char byte = 0;
    (void)argc, (void)argv;
    expect(CreatePipe(&reader, &writer, NULL, 0));
    HANDLE thread = sim_thread(reads_for_ever, reader);
    Sleep(1);
    expect(TerminateThread(thread, 3));
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect(WriteFile(writer, "x", 1, &done, NULL));
    expect(ReadFile(reader, &byte, 1, &done, NULL) && byte == 'x');
    thread = sim_thread(reads_for_ever, reader);
    Sleep(1);
    return 0;
}

static void WAIT_02__a_blocked_reader_can_be_killed(void **state) {
    sim_run(state, killed_reader);
}

/* ---- files ----------------------------------------------------------------------------------- */

static int files(int argc, char **argv) {
    char text[32] = "";
    DWORD done = 0;
    LARGE_INTEGER size, back = {.QuadPart = -4};
    (void)argc, (void)argv;
    expect_error(CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL),
                 INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND);
    expect_error(CreateFileA("/no/such/directory/x", GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL),
                 INVALID_HANDLE_VALUE, ERROR_PATH_NOT_FOUND);
    expect_error(CreateFileA(path, GENERIC_READ, 0, NULL, 9, 0, NULL), INVALID_HANDLE_VALUE,
                 ERROR_INVALID_PARAMETER);
    HANDLE file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL,
                              CREATE_ALWAYS, 0, NULL);
    expect(file != INVALID_HANDLE_VALUE);
    expect_equal(GetLastError(), 0);
    expect(WriteFile(file, "hello, file", 11, &done, NULL) && done == 11);
    expect(GetFileSizeEx(file, &size) && size.QuadPart == 11);
    expect(SetFilePointerEx(file, back, NULL, FILE_END));
    expect(ReadFile(file, text, sizeof text, &done, NULL));
    expect(done == 4 && memcmp(text, "file", 4) == 0);
    expect(ReadFile(file, text, sizeof text, &done, NULL) && done == 0);
    expect_equal(SetFilePointer(file, 5, NULL, FILE_BEGIN), 5);
    expect(SetEndOfFile(file));
    expect_equal(GetFileSize(file, NULL), 5);
    expect_error(SetFilePointer(file, -1, NULL, FILE_BEGIN), (DWORD)-1, ERROR_NEGATIVE_SEEK);
    expect_error(CreateFileA(path, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL),
                 INVALID_HANDLE_VALUE, ERROR_SHARING_VIOLATION);
    expect_error(CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL),
                 INVALID_HANDLE_VALUE, ERROR_SHARING_VIOLATION);
    HANDLE second = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_EXISTING, 0, NULL);
    expect(second != INVALID_HANDLE_VALUE);
    expect_fails(WriteFile(second, "x", 1, &done, NULL), ERROR_ACCESS_DENIED);
    expect_fails(DeleteFileA(path), ERROR_SHARING_VIOLATION);
    CloseHandle(second);
    CloseHandle(file);
    expect_equal(GetFileAttributesA(path), FILE_ATTRIBUTE_ARCHIVE);
    expect_error(CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL),
                 INVALID_HANDLE_VALUE, ERROR_FILE_EXISTS);
    expect(DeleteFileA(path));
    expect_fails(DeleteFileA(path), ERROR_FILE_NOT_FOUND);
    expect_error(GetFileAttributesA(path), INVALID_FILE_ATTRIBUTES, ERROR_FILE_NOT_FOUND);
    return 0;
}

static void files_and_their_errors(void **state) {
    make_path();
    sim_run(state, files);
}

/* Child: opens the file for itself alone, to be deleted on close, and sleeps until it is killed. */
static int holds_file(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE file =
        CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "ready");
    expect(file != INVALID_HANDLE_VALUE && SetEvent(ready));
    Sleep(INFINITE);
    return 0;
}

static int kills_holder(int argc, char **argv) {
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "ready");
    PROCESS_INFORMATION child;
    (void)argc, (void)argv;
    sim_start("holder.exe", 0, FALSE, &child);
    WaitForSingleObject(ready, INFINITE);
    expect_error(CreateFileA(path, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL),
                 INVALID_HANDLE_VALUE, ERROR_SHARING_VIOLATION);
    TerminateProcess(child.hProcess, 1);
    WaitForSingleObject(child.hProcess, INFINITE);
    expect_error(CreateFileA(path, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL),
                 INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND);
    HANDLE again = CreateFileA(path, GENERIC_READ, 0, NULL, CREATE_NEW, 0, NULL);
    expect(again != INVALID_HANDLE_VALUE && CloseHandle(again) && DeleteFileA(path));
    return 0;
}

static void PROC_10__HNDL_01__files_are_free_when_the_process_is_signaled(void **state) {
    make_path();
    sim_image(state, "holder.exe", holds_file);
    sim_run(state, kills_holder);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* ---- files of the thread pool ---------------------------------------------------------------- */

static HANDLE server, client, told;
static OVERLAPPED request;
static char received[16];
static int completions;
static ULONG last_result;

static void completed(PTP_CALLBACK_INSTANCE instance, void *context, void *overlapped, ULONG result,
                      ULONG_PTR count, PTP_IO io) {
    (void)instance;
    expect(context == &completions && overlapped == &request && io && count <= sizeof received);
    completions++;
    last_result = result;
    SetEvent(told);
}

static void bound(DWORD error, DWORD count, OVERLAPPED *overlapped) {
    expect(overlapped == &request && count <= sizeof received);
    completions++;
    last_result = error;
    SetEvent(told);
}

static void open_pipe(void) {
    static const char name[] = "\\\\.\\pipe\\pool";
    completions = 0;
    told = CreateEventA(NULL, FALSE, FALSE, NULL);
    server =
        CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, 0, 1, 64, 64, 0, NULL);
    client = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
}

static void read_server(void) {
    memset(&request, 0, sizeof request);
    expect_fails(ReadFile(server, received, sizeof received, NULL, &request), ERROR_IO_PENDING);
}

static void write_client(void) {
    DWORD count;
    expect(WriteFile(client, "x", 1, &count, NULL));
}

static int pool_files(int argc, char **argv) {
    TP_CALLBACK_ENVIRON environment;
    PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
    (void)argc, (void)argv;
    open_pipe();
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackCleanupGroup(&environment, group, NULL);
    expect_fails(CreateThreadpoolIo(server, NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(CreateThreadpoolIo(told, completed, NULL, NULL), ERROR_INVALID_HANDLE);
    expect_fails(CreateThreadpoolIo(client, completed, NULL, NULL), ERROR_INVALID_PARAMETER);
    PTP_IO io = CreateThreadpoolIo(server, completed, &completions, &environment);
    StartThreadpoolIo(io);
    CancelThreadpoolIo(io);
    WaitForThreadpoolIoCallbacks(io, FALSE); /* for nothing */
    StartThreadpoolIo(io);
    read_server();
    write_client();
    WaitForThreadpoolIoCallbacks(io, FALSE);
    expect(completions == 1 && last_result == ERROR_SUCCESS);
    StartThreadpoolIo(io);
    read_server();
    WaitForThreadpoolIoCallbacks(io, TRUE);
    write_client(); /* nobody is told */
    StartThreadpoolIo(io);
    read_server();
    CancelIoEx(server, &request);
    CloseThreadpoolCleanupGroupMembers(group, FALSE, NULL); /* waits for what was started */
    expect(completions == 2 && last_result == ERROR_OPERATION_ABORTED);
    CloseThreadpoolCleanupGroup(group);
    return 0;
}

static void files_of_the_thread_pool(void **state) {
    sim_run(state, pool_files);
}

static int closes_busy_file(int argc, char **argv) {
    (void)argc, (void)argv;
    open_pipe();
    PTP_IO io = CreateThreadpoolIo(server, completed, &completions, NULL);
    StartThreadpoolIo(io);
    read_server();
    CloseThreadpoolIo(io);
    CloseHandle(client);
    WaitForSingleObject(told, INFINITE);
    expect(completions == 1 && last_result == ERROR_BROKEN_PIPE);
    return 0;
}

static void the_object_of_a_file_lives_until_its_last_callback(void **state) {
    sim_run(state, closes_busy_file);
}

static int binds_file(int argc, char **argv) {
    (void)argc, (void)argv;
    open_pipe();
    expect_fails(BindIoCompletionCallback(server, bound, 1), ERROR_INVALID_PARAMETER);
    expect(BindIoCompletionCallback(server, bound, 0));
    expect_fails(BindIoCompletionCallback(server, bound, 0), ERROR_INVALID_PARAMETER);
    read_server();
    write_client();
    WaitForSingleObject(told, INFINITE);
    expect(completions == 1 && last_result == ERROR_SUCCESS);
    read_server();
    return 5; /* the pool ends with its process */
}

static void bound_files_and_the_end_of_their_process(void **state) {
    assert_int_equal(sim_run(state, binds_file), 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(pipes_block_and_break),
        test_case(a_full_pipe_stops_its_writer),
        test_case(HNDL_50__a_dead_writer_breaks_the_pipe),
        test_case(WAIT_02__a_blocked_reader_can_be_killed),
        test_case(files_and_their_errors),
        test_case(PROC_10__HNDL_01__files_are_free_when_the_process_is_signaled),
        test_case(files_of_the_thread_pool),
        test_case(the_object_of_a_file_lives_until_its_last_callback),
        test_case(bound_files_and_the_end_of_their_process),
    };
    return cmocka_run_group_tests_name("api.files", tests, NULL, NULL);
}
