/* SPDX-License-Identifier: MIT */
/* For libstdc++: the files under std::fstream are those of the C run-time, unbuffered. */
#ifndef RD_SDK_CXX_BASIC_FILE_H
#define RD_SDK_CXX_BASIC_FILE_H

#include_next <bits/basic_file.h>

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION

/* NULL: C++ has no such mode. Where to begin (ate) is the stream's business. */
inline const char *rd_sdk_file_mode(ios_base::openmode mode) {
    const bool binary = (mode & ios_base::binary) != 0;
    switch (
        static_cast<int>(mode & (ios_base::in | ios_base::out | ios_base::trunc | ios_base::app))) {
    case ios_base::out:
    case ios_base::out | ios_base::trunc:
        return binary ? "wb" : "w";
    case ios_base::app:
    case ios_base::out | ios_base::app:
        return binary ? "ab" : "a";
    case ios_base::in:
        return binary ? "rb" : "r";
    case ios_base::in | ios_base::out:
        return binary ? "r+b" : "r+";
    case ios_base::in | ios_base::out | ios_base::trunc:
        return binary ? "w+b" : "w+";
    case ios_base::in | ios_base::app:
    case ios_base::in | ios_base::out | ios_base::app:
        return binary ? "a+b" : "a+";
    default:
        return NULL;
    }
}

inline __basic_file<char>::__basic_file(__c_lock *) throw()
    : _M_cfile(NULL), _M_cfile_created(false) {}

inline __basic_file<char>::~__basic_file() {
    close();
}

inline __basic_file<char> *__basic_file<char>::open(const char *name, ios_base::openmode mode,
                                                    int) {
    const char *text = rd_sdk_file_mode(mode);
    return text && !is_open() ? sys_open(fopen(name, text), mode) : NULL;
}

inline __basic_file<char> *__basic_file<char>::sys_open(__c_file *file, ios_base::openmode) {
    if (!file)
        return NULL;
    setvbuf(file, NULL, _IONBF, 0);
    _M_cfile = file;
    _M_cfile_created = true;
    return this;
}

inline __basic_file<char> *__basic_file<char>::close() {
    if (!is_open())
        return NULL;
    const bool good = fclose(_M_cfile) == 0;
    _M_cfile = NULL;
    return good ? this : NULL;
}

inline bool __basic_file<char>::is_open() const throw() {
    return _M_cfile != NULL;
}

inline __c_file *__basic_file<char>::file() throw() {
    return _M_cfile;
}

inline streamsize __basic_file<char>::xsputn(const char *text, streamsize count) {
    return static_cast<streamsize>(fwrite(text, 1, static_cast<size_t>(count), _M_cfile));
}

inline streamsize __basic_file<char>::xsputn_2(const char *first, streamsize first_count,
                                               const char *second, streamsize second_count) {
    const streamsize written = xsputn(first, first_count);
    return written < first_count ? written : written + xsputn(second, second_count);
}

inline streamsize __basic_file<char>::xsgetn(char *text, streamsize count) {
    const size_t got = fread(text, 1, static_cast<size_t>(count), _M_cfile);
    return got == 0 && ferror(_M_cfile) ? -1 : static_cast<streamsize>(got);
}

inline streamoff __basic_file<char>::seekoff(streamoff offset, ios_base::seekdir from) throw() {
    const int origin = from == ios_base::beg   ? SEEK_SET
                       : from == ios_base::cur ? SEEK_CUR
                                               : SEEK_END;
    return _fseeki64(_M_cfile, offset, origin) == 0 ? _ftelli64(_M_cfile) : -1;
}

inline int __basic_file<char>::sync() {
    return fflush(_M_cfile);
}

/* How much can be read at once is not known. */
inline streamsize __basic_file<char>::showmanyc() {
    return 0;
}

_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#endif
