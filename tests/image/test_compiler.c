/*
 * test_compiler.c - rundown-cc as a drop-in compiler: options, libraries, errors and exit codes.
 */
#include "image_support.h"

static const char main_text[] = "int main(void) { return 0; }\n";

/* Runs the command, expects its exit code and, if `part` is not NULL, a single line holding it. */
static void expect(int code, const char *part, const char *command) {
    int got = shell("(%s) >out.txt 2>err.txt", command);
    char *text = read_text("err.txt", NULL);
    if (got != code)
        fail_msg("exit code %d instead of %d: %s\n%s", got, code, command, text);
    if (part && !strstr(text, part))
        fail_msg("expected '%s' of %s in: %s", part, command, text);
    if (code == 2 && !strstr(text, "undefined reference")) { /* one line, or one a name */
        char *end = strchr(text, '\n');
        assert_non_null(end);
        assert_string_equal(end, "\n");
    }
    free(text);
}

static void expect_no_leftovers(void) {
    assert_int_equal(shell("ls -A | grep -q '[.]tmp$'"), 1);
}

static void test_usage_errors(void **state) {
    (void)state;
    write_text("good.c", main_text);
    expect(2, "no input files", "$cc");
    expect(2, "absent.c: no such file", "$cc absent.c");
    expect(2, "unknown option '--drvier'", "$cc --drvier good.c");
    expect(2, "option '-o' needs an argument", "$cc good.c -o");
    expect(2, "option '--cc' needs an argument", "$cc good.c --cc");
    expect(2, "is a directory", "$cc /tmp");
    expect(2, "cannot run the compiler 'no-such-cc'", "$cc --cc=no-such-cc good.c");
    expect(2, "headers are not at /nowhere", "$cc --sdk-dir=/nowhere good.c");
    expect(2, "cannot find -lstrange", "$cc good.c -lstrange");
    expect(2, "64-bit only", "$cc -m32 good.c");
    expect(2, "is a directory; name the output", "mkdir -p dir && $cc good.c -o dir");
    write_text("icon.rc", "1 ICON x.ico\n");
    expect(2, "icon.rc: resources are not supported", "$cc good.c icon.rc");
    write_text("pe.dll", "MZ");
    expect(2, "pe.dll: is a Windows PE image", "$cc good.c pe.dll");
    expect(2, "was not made by this rundown-cc", "$cc good.c $(ls /lib/*/libm.so.6 | head -n 1)");
    assert_false(exists("a.exe"));
}

static void test_information(void **state) {
    (void)state;
    expect(0, NULL, "$cc --version && grep -q '^rundown-cc (Rundown) [0-9]' out.txt");
    expect(0, NULL, "$cc --help && grep -q -e '--driver' out.txt");
    expect(0, NULL, "$cc -dumpmachine && grep -q -- - out.txt");
    write_text("good.c", main_text);
    expect(0, "-fshort-wchar", "$cc -v -o good.exe good.c");
    expect(0, "-fshort-wchar", "$cc -### -o none.exe good.c");
    assert_false(exists("none.exe"));
}

static void test_the_compilers_errors_are_its_own(void **state) {
    (void)state;
    write_text("bad.c", "int main(void) { return nothing; }\n");
    expect(1, "nothing", "$cc -o bad.exe bad.c");
    write_text("header.c", "#include <unistd.h>\nint main(void) { return 0; }\n");
    expect(1, "unistd.h", "$cc -o bad.exe header.c");
    assert_false(exists("bad.exe"));
    expect_no_leftovers();
}

static void test_an_image_needs_its_entry(void **state) {
    (void)state;
    write_text("empty.c", "int nothing;\n");
    expect(2, "a.exe: no main, wmain, WinMain or wWinMain is defined", "$cc empty.c");
    expect(2, "no DriverEntry is defined", "$cc --driver -o d.sys empty.c");
    assert_false(exists("a.exe") || exists("d.sys"));
    expect(0, NULL, "$cc -shared -o e.dll empty.c");
    expect(0, NULL, "$cc -mdll -o e.dll empty.c");
    write_text("driver.c", "int DriverEntry(void *o, void *p) { return o == p; }\n");
    expect(0, NULL, "$cc --driver -o d.sys driver.c");
    expect(0, NULL,
           "$cc -shared -nostdlib -Wl,--subsystem,native -Wl,-e,DriverEntry -o d.sys "
           "driver.c");
    write_text("wide.c", "int wmain(void) { return 0; }\n");
    expect(0, NULL, "$cc -municode -o w.exe wide.c");
    write_text("window.c", "int WinMain(void) { return 0; }\nint main(void) { return 1; }\n");
    expect(0, NULL, "$cc -mwindows -o w.exe window.c");
    write_text("hidden.c", "int main(void) { return 0; }\n");
    expect(0, NULL, "$cc -fvisibility=hidden -s -o h.exe hidden.c");
    expect_no_leftovers();
}

static void test_a_failed_build_keeps_the_old_output(void **state) {
    (void)state;
    write_text("good.c", main_text);
    expect(0, NULL, "$cc -o keep.exe good.c && cp keep.exe kept.exe");
    write_text("good.c", "int nothing;\n");
    expect(2, "no main", "$cc -o keep.exe good.c");
    expect(0, NULL, "cmp keep.exe kept.exe");
    expect(2, "its directory does not exist", "$cc -o no-such-directory/a.exe good.c");
}

static void test_dlls_are_found(void **state) {
    (void)state;
    write_text("one.c", "int one(void) { return 1; }\n");
    write_text("uses.c", "int one(void);\nint main(void) { return one(); }\n");
    expect(0, NULL,
           "mkdir -p lib && $cc -shared -o lib/one.dll one.c -Wl,--out-implib,lib/libone.a");
    expect(0, NULL, "$cc -o uses.exe uses.c lib/one.dll");
    expect(0, NULL, "$cc -o uses.exe uses.c -Llib -lone");
    expect(0, NULL, "$cc -o uses.exe uses.c -L lib -l one");
    expect(0, NULL, "$cc -o uses.exe uses.c lib/libone.a");
    expect(0, NULL, "$cc -o uses.exe uses.c lib/libone.dll.a");
    expect(0, NULL, "$cc -o uses.exe uses.c -Llib one.lib");
    expect(0, NULL, "$cc -o uses.exe uses.c -Llib -l:one.dll");
    expect(2, "cannot find -lone", "$cc -o uses.exe uses.c -lone");
    expect(2, "lib/libtwo.a: no such file", "$cc -o uses.exe uses.c lib/libtwo.a");
    expect(0, NULL, "truncate -s -1 lib/one.dll");
    expect(2, "is damaged", "$cc -o uses.exe uses.c lib/one.dll");
}

static void test_windows_libraries_and_options_are_accepted(void **state) {
    (void)state;
    write_text("good.c", main_text);
    write_text("good.def", "EXPORTS\n  main\n");
    expect(0, NULL,
           "$cc -o g.exe good.c good.def -lkernel32 -luser32 -lntdll -ladvapi32 -lmsvcrt "
           "-lntoskrnl -lm kernel32.lib User32.Lib -static -static-libgcc -mconsole -mthreads "
           "-Wl,--subsystem,console -Wl,--stack,1048576 -Wl,--enable-stdcall-fixup,--kill-at "
           "-Xlinker --nxcompat -Wl,--no-undefined -Wl,-z,defs -pthread -g -std=c11 -Wall -Wextra "
           "-O2 -DX=1 -I. -s && test ! -s err.txt");
}

static void test_sources_objects_archives_and_languages(void **state) {
    (void)state;
    write_text("part.c", "int part(void) { return 4; }\n");
    write_text("uses.c", "int part(void);\nint main(void) { return part(); }\n");
    expect(0, NULL, "$cc -c part.c && $cc -c uses.c -o uses.obj && test -s part.o");
    expect(0, NULL, "$cc -o u.exe uses.obj part.o");
    expect(0, NULL, "ar rc libpart.a part.o && $cc -o u.exe uses.c libpart.a");
    expect(0, NULL, "$cc -o u.exe uses.c -L. -lpart");
    expect(0, NULL, "$cc -o u.exe uses.c part.c");
    expect(0, NULL, "cp uses.c uses.txt && $cc -o u.exe -x c uses.txt -x none part.o");
    expect(0, NULL, "$cc -o u.exe -x c - -x none part.o <uses.c");
    expect(0, NULL, "$cc -S uses.c && test -s uses.s && $cc -E uses.c | grep -q part");
    expect(0, NULL,
           "$cc -MM uses.c | grep -q uses.o && $cc -MD -MF uses.d -c uses.c && test -s uses.d");
    expect(0, NULL, "$cc -fsyntax-only uses.c");
    write_text("options.txt", "-o 'u.exe'\n\"uses.c\" part.c @more.txt");
    write_text("more.txt", "-DSPACE=\"a\\ b\"");
    expect(0, NULL, "rm -f u.exe && $cc @options.txt && test -s u.exe");
    write_text("loop.txt", "@loop.txt");
    expect(2, "nested too deeply", "$cc @loop.txt");
}

static void test_cxx(void **state) {
    (void)state;
    write_text("throws.cpp", "int main() { try { throw 1; } catch (int i) { return i; } }\n");
    expect(0, NULL, "$cc -o t.exe throws.cpp");
    expect(0, NULL, "$cxx -o t.exe throws.cpp");
    expect(0, NULL, "$cc -c throws.cpp && $cxx -o t.exe throws.o");
    expect(0, NULL, "$cc -o t.exe throws.o -lstdc++");
    write_text("exports.txt", "puts\n");
    expect(2, "link C++ with rundown-c++", "$cc --exports=exports.txt -o t.exe throws.o");
    expect(0, NULL, "$cxx --exports=exports.txt -o t.exe throws.o");
}

static void test_undefined_references_are_reported(void **state) {
    (void)state;
    write_text("lib.c", "int in_dll(void) { return 1; }\n");
    write_text("uses.c", "int in_dll(void); void listed(void); void FooBar(void);\n"
                         "void maybe(void) __attribute__((weak));\n"
                         "double sin(double); _Thread_local int t;\n"
                         "int main(int c, char **v) { listed(); if (maybe) maybe(); FooBar();\n"
                         "return in_dll() + (int)sin(c) + t++; }\n");
    write_text("exports.txt", "# names\nother\nlisted # one of them\r\n\n");
    expect(0, NULL, "rm -f u.exe && $cc -shared -o lib.dll lib.c");
    expect(2,
           "rundown-cc: u.exe: undefined reference to 'FooBar': not defined by its sources, "
           "lib.dll, or Rundown's Windows functions",
           "$cc --exports=exports.txt -O1 -o u.exe uses.c lib.dll");
    expect(0, NULL, "test $(wc -l <err.txt) = 1; cp err.txt copy.txt");
    assert_false(exists("u.exe"));
    expect_no_leftovers();
    write_text("exports.txt", "FooBar\nlisted\n");
    expect(0, NULL, "$cc --exports=exports.txt -O1 -o u.exe uses.c lib.dll");
    expect(2, "undefined reference to 'in_dll'", "$cc --exports=exports.txt -O1 -o u.exe uses.c");
    expect(2, "absent.txt: cannot be read", "$cc --exports=absent.txt -o u.exe uses.c lib.dll");
}

static void test_what_an_image_cannot_have(void **state) {
    (void)state;
    write_text("tls.c", "extern _Thread_local int other;\nint main(void) { return other; }\n");
    expect(2, "'other' is not defined in this image", "$cc -o bad.exe tls.c");
    write_text("static.c", "__attribute__((tls_model(\"initial-exec\"))) _Thread_local int mine;\n"
                           "int main(void) { return mine; }\n");
    expect(2, "'mine' has a fixed place", "$cc -o bad.exe static.c");
    write_text("ifunc.c", "static int real(void) { return 0; }\n"
                          "static int (*pick(void))(void) { return real; }\n"
                          "static int chosen(void) __attribute__((ifunc(\"pick\")));\n"
                          "int main(void) { return chosen(); }\n");
    expect(2, "without ifunc", "$cc -o bad.exe ifunc.c");
    assert_false(exists("bad.exe"));
    expect_no_leftovers();
}

static void test_an_image_run_directly_explains_itself(void **state) {
    (void)state;
    write_text("good.c", main_text);
    expect(0, NULL, "$cc -o direct.exe good.c");
    expect(2, "start it with 'rundown run PROGRAM'", "./direct.exe");
}

static void test_windows_conventions(void **state) {
    (void)state;
    write_text("types.c",
               "_Static_assert(sizeof(L'x') == 2 && sizeof(L\"ab\") == 6, \"wchar_t\");\n"
               "#if defined(__linux__) || defined(unix) || !defined(_WIN32)\n"
               "#error not Windows\n"
               "#endif\n"
               "struct inner { int a; };\n"
               "struct outer { struct inner; int b; };\n"
               "static struct outer o;\n"
               "int printf(const char *, ...);\n"
               "#pragma comment(lib, \"user32.lib\")\n"
               "int main(void) { printf(\"%lu %I64d\", 'abcd', 1ll); return o.a; }\n");
    expect(0, NULL, "$cc -Wall -Wextra -O2 -o t.exe types.c && test ! -s err.txt");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usage_errors),
        cmocka_unit_test(test_information),
        cmocka_unit_test(test_the_compilers_errors_are_its_own),
        cmocka_unit_test(test_an_image_needs_its_entry),
        cmocka_unit_test(test_a_failed_build_keeps_the_old_output),
        cmocka_unit_test(test_dlls_are_found),
        cmocka_unit_test(test_windows_libraries_and_options_are_accepted),
        cmocka_unit_test(test_sources_objects_archives_and_languages),
        cmocka_unit_test(test_cxx),
        cmocka_unit_test(test_undefined_references_are_reported),
        cmocka_unit_test(test_what_an_image_cannot_have),
        cmocka_unit_test(test_an_image_run_directly_explains_itself),
        cmocka_unit_test(test_windows_conventions),
    };
    return cmocka_run_group_tests_name("compiler", tests, enter_scratch, leave_scratch);
}
