/* kernel_image.c - portable executables in memory: views of image files, or files read as bytes. */
#include "api/kernel.h"
#include "rundown/sdk/ntimage.h"
#include "rundown/sdk/rd_ntkernel.h"

enum { HEADER_MAX = 0x10000000 }; /* where Windows expects the headers to begin at the latest */

PVOID RtlImageNtHeader(PVOID Base) {
    const IMAGE_DOS_HEADER *dos = Base;
    if (!Base || Base == (PVOID)(ULONG_PTR)-1 || dos->e_magic != IMAGE_DOS_SIGNATURE ||
        (ULONG)dos->e_lfanew >= HEADER_MAX)
        return NULL;
    IMAGE_NT_HEADERS64 *headers = (void *)((char *)Base + dos->e_lfanew);
    return headers->Signature == IMAGE_NT_SIGNATURE ? headers : NULL;
}

/* Where the directory lies in a file that is not laid out as an image. */
static PVOID in_file(char *base, const IMAGE_NT_HEADERS64 *headers, ULONG address) {
    const IMAGE_SECTION_HEADER *section = IMAGE_FIRST_SECTION(headers);
    for (USHORT i = 0; i < headers->FileHeader.NumberOfSections; i++, section++)
        if (address - section->VirtualAddress < section->SizeOfRawData)
            return base + section->PointerToRawData + (address - section->VirtualAddress);
    return NULL;
}

/* The low bit of a base marks a view that is no image (LoadLibraryEx for data). */
PVOID RtlImageDirectoryEntryToData(PVOID Base, BOOLEAN MappedAsImage, USHORT DirectoryEntry,
                                   PULONG Size) {
    bool as_image = MappedAsImage && !((ULONG_PTR)Base & 1);
    char *base = (char *)((ULONG_PTR)Base & ~(ULONG_PTR)3);
    const IMAGE_NT_HEADERS64 *headers = RtlImageNtHeader(base);
    const IMAGE_DATA_DIRECTORY *directory;
    ULONG count;
    if (!headers)
        return NULL;
    if (headers->OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC) {
        directory = headers->OptionalHeader.DataDirectory;
        count = headers->OptionalHeader.NumberOfRvaAndSizes;
    } else if (headers->OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR32_MAGIC) {
        const IMAGE_NT_HEADERS32 *narrow = (const void *)headers;
        directory = narrow->OptionalHeader.DataDirectory;
        count = narrow->OptionalHeader.NumberOfRvaAndSizes;
    } else {
        return NULL;
    }
    if (DirectoryEntry >= count || !directory[DirectoryEntry].VirtualAddress)
        return NULL;
    *Size = directory[DirectoryEntry].Size;
    ULONG address = directory[DirectoryEntry].VirtualAddress;
    const IMAGE_OPTIONAL_HEADER64 *optional = &headers->OptionalHeader;
    return as_image || address < optional->SizeOfHeaders ? base + address
                                                         : in_file(base, headers, address);
}
