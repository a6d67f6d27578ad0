// A C++ source file of the consumer projects' program; it needs rundown-c++.
namespace {
struct counter {
    int value;
    counter() : value(5) {}
};
counter exit_code;
} // namespace

extern "C" int wanted_exit_code() {
    return exit_code.value;
}
