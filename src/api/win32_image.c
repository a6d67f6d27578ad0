/*
 * win32_image.c - sections of images: a file as it is laid out in memory.
 *
 * The file is a portable executable, or what rundown-cc made; that one shows the headers that it
 * would have on Windows and nothing behind them. Base relocations are not applied.
 */
#include "api/section.h"
#include "api/win32_file.h"
#include "port/host_file.h"
#include "port/image.h"
#include "rundown/sdk/rd_pe.h"

enum { PAGE = 0x1000 };

static const uint32_t image_max = (uint32_t)1 << 29;

/* What is read of a file: all of it. */
struct file_bytes {
    char *bytes;
    size_t size;
};

static bool read_file(struct rd_world *w, const char *path, struct file_bytes *file) {
    struct host_file_info info;
    intptr_t handle;
    size_t done = 0, part = 1;
    if (host_file_query(path, &info) != 0 || info.size > image_max ||
        host_file_open(path, HOST_FILE_READ, &handle) != 0)
        return false;
    file->size = (size_t)info.size;
    file->bytes = core_alloc(w, file->size + 1);
    while (done < file->size && part &&
           host_file_read(handle, file->bytes + done, file->size - done, &part) == 0)
        done += part;
    host_file_close(handle);
    return true;
}

/* ---- portable executables -------------------------------------------------------------------- */

static bool is_within(const struct file_bytes *file, uint64_t offset, uint64_t size) {
    return offset <= file->size && size <= file->size - offset;
}

/* The headers, or NULL: the file is damaged or something else. */
static const IMAGE_NT_HEADERS64 *headers_of(const struct file_bytes *file) {
    const IMAGE_DOS_HEADER *dos = (const void *)file->bytes;
    if (!is_within(file, 0, sizeof *dos) || dos->e_magic != IMAGE_DOS_SIGNATURE ||
        dos->e_lfanew < 0 || dos->e_lfanew % 4 ||
        !is_within(file, (uint64_t)dos->e_lfanew, sizeof(IMAGE_NT_HEADERS64)))
        return NULL;
    const IMAGE_NT_HEADERS64 *headers = (const void *)(file->bytes + dos->e_lfanew);
    uint16_t magic = headers->OptionalHeader.Magic;
    uint64_t table = (uint64_t)dos->e_lfanew + offsetof(IMAGE_NT_HEADERS64, OptionalHeader) +
                     headers->FileHeader.SizeOfOptionalHeader;
    uint64_t size = (uint64_t)headers->FileHeader.NumberOfSections * sizeof(IMAGE_SECTION_HEADER);
    bool known = headers->Signature == IMAGE_NT_SIGNATURE &&
                 (magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC || magic == IMAGE_NT_OPTIONAL_HDR32_MAGIC);
    /* Where these fields lie does not depend on the width. */
    uint32_t whole = headers->OptionalHeader.SizeOfImage;
    return known && whole && whole <= image_max && is_within(file, table, size) ? headers : NULL;
}

static void copy_part(const struct file_bytes *file, struct api_section_memory *to, uint32_t at,
                      uint32_t from, uint32_t size) {
    if (at < to->size && size > to->size - at)
        size = (uint32_t)(to->size - at);
    if (from < file->size && size > file->size - from)
        size = (uint32_t)(file->size - from);
    if (at < to->size && from < file->size)
        memcpy(to->base + at, file->bytes + from, size);
}

static void lay_out(struct rd_world *w, struct api_section *section, const struct file_bytes *file,
                    const IMAGE_NT_HEADERS64 *headers) {
    const IMAGE_SECTION_HEADER *part = IMAGE_FIRST_SECTION(headers);
    section->size = headers->OptionalHeader.SizeOfImage;
    section->memory =
        api_section_memory_new(w, ((size_t)section->size + PAGE - 1) & ~(size_t)(PAGE - 1));
    copy_part(file, section->memory, 0, 0, headers->OptionalHeader.SizeOfHeaders);
    for (unsigned i = 0; i < headers->FileHeader.NumberOfSections; i++, part++)
        copy_part(file, section->memory, part->VirtualAddress, part->PointerToRawData,
                  part->SizeOfRawData);
}

/* ---- what rundown-cc made -------------------------------------------------------------------- */

static void describe(struct rd_world *w, struct api_section *section,
                     const struct port_image *image) {
    static const uint16_t kinds[] = {[PORT_IMAGE_PROGRAM] = 0,
                                     [PORT_IMAGE_DLL] = IMAGE_FILE_DLL,
                                     [PORT_IMAGE_DRIVER] = IMAGE_FILE_SYSTEM};
    bool driver = port_image_get_kind(image) == PORT_IMAGE_DRIVER;
    section->size = PAGE;
    section->memory = api_section_memory_new(w, PAGE);
    IMAGE_DOS_HEADER *dos = (void *)section->memory->base;
    IMAGE_NT_HEADERS64 *headers = (void *)(section->memory->base + sizeof *dos);
    dos->e_magic = IMAGE_DOS_SIGNATURE;
    dos->e_lfanew = sizeof *dos;
    headers->Signature = IMAGE_NT_SIGNATURE;
    headers->FileHeader.Machine = IMAGE_FILE_MACHINE_AMD64;
    headers->FileHeader.SizeOfOptionalHeader = sizeof headers->OptionalHeader;
    headers->FileHeader.Characteristics = IMAGE_FILE_EXECUTABLE_IMAGE |
                                          IMAGE_FILE_LARGE_ADDRESS_AWARE |
                                          kinds[port_image_get_kind(image)];
    headers->OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    headers->OptionalHeader.ImageBase = 0x140000000;
    headers->OptionalHeader.SectionAlignment = headers->OptionalHeader.SizeOfImage = PAGE;
    headers->OptionalHeader.SizeOfHeaders = sizeof *dos + sizeof *headers;
    headers->OptionalHeader.Subsystem = driver ? IMAGE_SUBSYSTEM_NATIVE
                                        : port_image_is_console(image)
                                            ? IMAGE_SUBSYSTEM_WINDOWS_CUI
                                            : IMAGE_SUBSYSTEM_WINDOWS_GUI;
    headers->OptionalHeader.DllCharacteristics =
        driver ? IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY : 0;
    headers->OptionalHeader.NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
}

/* ---- sections -------------------------------------------------------------------------------- */

uint32_t api_image_fill(struct rd_world *w, struct api_section *section, const char *path) {
    enum { ERROR_TEXT = 256 };
    struct file_bytes file;
    char text[ERROR_TEXT];
    if (!read_file(w, path, &file))
        return ERROR_FILE_INVALID;
    const IMAGE_NT_HEADERS64 *headers = headers_of(&file);
    struct port_image *image = headers ? NULL : port_image_open(path, text, sizeof text);
    if (headers)
        lay_out(w, section, &file, headers);
    else if (image)
        describe(w, section, image);
    port_image_close(image);
    core_free(w, file.bytes, file.size + 1);
    if (!section->memory)
        return ERROR_BAD_EXE_FORMAT;
    section->image = core_textf(w, "\\Device\\HarddiskVolume1\\%s", ldr_base_name(path));
    return ERROR_SUCCESS;
}

void api_image_mapped(struct rd_world *w, const struct api_section *section,
                      const struct api_view *view) {
    if ((section->protect & SEC_IMAGE_NO_EXECUTE) == SEC_IMAGE_NO_EXECUTE)
        return; /* NTFY-I-19 */
    ps_notify_image(w, &(struct ps_image){.process = view->process,
                                          .path = section->image,
                                          .base = view->base,
                                          .size = view->size});
}
