// Streams belong to the process: what a child says arrives in the pipe that its parent made.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <system_error>
#include <windows.h>

static struct Early {
    Early() {
        std::cout << "before main" << std::endl;
    }
    ~Early() {
        std::cout << "after main" << std::endl;
    }
} early;

static void files() {
    const char *name = "cxx-streams.tmp";
    {
        std::ofstream file(name, std::ios::binary);
        file << "one " << 2 << "\nthree " << 3.5 << "\n";
    }
    {
        std::ofstream file(name, std::ios::binary | std::ios::app);
        file << "tail";
    }
    std::fstream file(name, std::ios::in | std::ios::out | std::ios::ate | std::ios::binary);
    std::cout << "size " << file.tellg() << "\n";
    file.seekp(0);
    file << "ONE";
    file.seekg(0);
    for (std::string line; std::getline(file, line);)
        std::cout << "[" << line << "]\n";
    file.close();
    HANDLE exclusive =
        CreateFileA(name, GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    std::cout << "closed: " << (exclusive != INVALID_HANDLE_VALUE) << "\n";
    std::cout << "open elsewhere: " << std::ifstream(name).is_open() << "\n";
    CloseHandle(exclusive);
    std::cout << "gone: " << !std::ifstream(name) << "\n";
}

static void errors() {
    try {
        throw std::system_error(ERROR_ACCESS_DENIED, std::system_category(), "open");
    } catch (const std::system_error &error) {
        std::cout << error.what()
                  << ", permission: " << (error.code() == std::errc::permission_denied) << "\n";
    }
    std::cout << std::make_error_code(std::errc::invalid_argument).message() << "\n";
}

static void child() {
    char self[MAX_PATH], text[100];
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    STARTUPINFOA startup = {};
    PROCESS_INFORMATION process;
    HANDLE read, write;
    DWORD size;
    GetModuleFileNameA(NULL, self, sizeof self);
    CreatePipe(&read, &write, &inherit, 0);
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdOutput = write;
    char command[] = "streams child";
    CreateProcessA(self, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process);
    CloseHandle(write);
    WaitForSingleObject(process.hProcess, INFINITE);
    std::string said;
    while (ReadFile(read, text, sizeof text, &size, NULL))
        for (DWORD i = 0; i < size; i++)
            said += text[i] == '\r' ? ' ' : text[i] == '\n' ? '/' : text[i];
    std::cout << "the child said: " << said << "\n";
}

int main(int argc, char **) {
    if (argc > 1) {
        std::cout << "42 is " << std::hex << 42 << "\n";
        return 0;
    }
    std::cout << 42 << " ";
    printf("mixed ");
    std::cout << "in order\n";
    files();
    errors();
    child();
    int number;
    std::string word;
    std::cin >> number >> word;
    std::cout << "read " << number << " " << word << "\n";
    std::random_device device;
    std::cout << "random: " << (device() != device()) << "\n";
    std::cerr << "complaint\n";
}
// -std=c++11
// > before main
// > 42 mixed in order
// > size 20
// > [ONE 2]
// > [three 3.5]
// > [tail]
// > closed: 1
// > open elsewhere: 0
// > gone: 1
// > open: Access is denied, permission: 1
// > Invalid argument
// > the child said: before main /42 is 2a /after main /
// > read 17 words
// > random: 1
// > after main
