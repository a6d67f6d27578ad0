/* SPDX-License-Identifier: MIT */
/* Generic-text names: wide with _UNICODE, narrow without. */
#ifndef RD_SDK_TCHAR_H
#define RD_SDK_TCHAR_H

#include "corecrt.h"

#undef _T
#undef _TEXT

#ifdef _UNICODE
typedef wchar_t _TCHAR, _TSCHAR, _TUCHAR, _TXCHAR;
typedef wint_t _TINT;
#define __T(x) L##x
#define _tmain wmain
#define _tWinMain wWinMain
#define _TEOF WEOF
#else
typedef char _TCHAR, _TSCHAR, _TUCHAR, _TXCHAR;
typedef int _TINT;
#define __T(x) x
#define _tmain main
#define _tWinMain WinMain
#define _TEOF EOF
#endif
#define _T(x) __T(x)
#define _TEXT(x) __T(x)

#ifdef _UNICODE
#define _tprintf wprintf
#define _ftprintf fwprintf
#define _stprintf swprintf
#define _stprintf_s swprintf_s
#define _sntprintf _snwprintf
#define _sntprintf_s _snwprintf_s
#define _vtprintf vwprintf
#define _vftprintf vfwprintf
#define _vstprintf vswprintf
#define _vsntprintf _vsnwprintf
#define _vstprintf_s vswprintf_s
#define _tscanf wscanf
#define _stscanf swscanf
#define _fgetts fgetws
#define _fputts fputws
#define _putts _putws
#define _fgettc fgetwc
#define _fputtc fputwc
#define _tfopen _wfopen
#define _tfopen_s _wfopen_s
#define _tcslen wcslen
#define _tcsnlen wcsnlen
#define _tcscpy wcscpy
#define _tcscpy_s wcscpy_s
#define _tcsncpy wcsncpy
#define _tcsncpy_s wcsncpy_s
#define _tcscat wcscat
#define _tcscat_s wcscat_s
#define _tcsncat wcsncat
#define _tcscmp wcscmp
#define _tcsncmp wcsncmp
#define _tcsicmp _wcsicmp
#define _tcsnicmp _wcsnicmp
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _tcspbrk wcspbrk
#define _tcsspn wcsspn
#define _tcscspn wcscspn
#define _tcsdup _wcsdup
#define _tcslwr _wcslwr
#define _tcsupr _wcsupr
#define _tcstol wcstol
#define _tcstoul wcstoul
#define _tcstod wcstod
#define _ttoi _wtoi
#define _ttol _wtol
#define _ttoi64 _wtoi64
#define _tstoi _wtoi
#define _itot _itow
#define _ltot _ltow
#define _ultot _ultow
#define _tgetenv _wgetenv
#define _tputenv _wputenv
#define _tsystem _wsystem
#define _tperror _wperror
#define _tremove _wremove
#define _trename _wrename
#define _taccess _waccess
#define _topen _wopen
#define _tspawnl _wspawnl
#define _tspawnv _wspawnv
#define _istalpha iswalpha
#define _istalnum iswalnum
#define _istdigit iswdigit
#define _istspace iswspace
#define _istupper iswupper
#define _istlower iswlower
#define _totlower towlower
#define _totupper towupper
#define _tcstok_s wcstok_s
#define _tcsftime wcsftime
#define _tsetlocale _wsetlocale
#else
#define _tprintf printf
#define _ftprintf fprintf
#define _stprintf sprintf
#define _stprintf_s sprintf_s
#define _sntprintf _snprintf
#define _sntprintf_s _snprintf_s
#define _vtprintf vprintf
#define _vftprintf vfprintf
#define _vstprintf vsprintf
#define _vsntprintf _vsnprintf
#define _vstprintf_s vsprintf_s
#define _tscanf scanf
#define _stscanf sscanf
#define _fgetts fgets
#define _fputts fputs
#define _putts puts
#define _fgettc fgetc
#define _fputtc fputc
#define _tfopen fopen
#define _tfopen_s fopen_s
#define _tcslen strlen
#define _tcsnlen strnlen
#define _tcscpy strcpy
#define _tcscpy_s strcpy_s
#define _tcsncpy strncpy
#define _tcsncpy_s strncpy_s
#define _tcscat strcat
#define _tcscat_s strcat_s
#define _tcsncat strncat
#define _tcscmp strcmp
#define _tcsncmp strncmp
#define _tcsicmp _stricmp
#define _tcsnicmp _strnicmp
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _tcspbrk strpbrk
#define _tcsspn strspn
#define _tcscspn strcspn
#define _tcsdup _strdup
#define _tcslwr _strlwr
#define _tcsupr _strupr
#define _tcstol strtol
#define _tcstoul strtoul
#define _tcstod strtod
#define _ttoi atoi
#define _ttol atol
#define _ttoi64 _atoi64
#define _tstoi atoi
#define _itot _itoa
#define _ltot _ltoa
#define _ultot _ultoa
#define _tgetenv getenv
#define _tputenv _putenv
#define _tsystem system
#define _tperror perror
#define _tremove remove
#define _trename rename
#define _taccess _access
#define _topen _open
#define _tspawnl _spawnl
#define _tspawnv _spawnv
#define _istalpha isalpha
#define _istalnum isalnum
#define _istdigit isdigit
#define _istspace isspace
#define _istupper isupper
#define _istlower islower
#define _totlower tolower
#define _totupper toupper
#define _tcstok_s strtok_s
#define _tcsftime strftime
#define _tsetlocale setlocale
#endif

#ifndef _TCHAR_DEFINED
#define _TCHAR_DEFINED
typedef _TCHAR TCHAR, *PTCHAR;
#endif

#endif
