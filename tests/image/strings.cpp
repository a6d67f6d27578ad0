// The C++ library in an image: its memory must be the simulated process's.
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" int strings_run(int count) {
    std::string text = "a text that is longer than the small buffer " + std::to_string(count);
    std::wstring wide = L"wide characters have 16 bits, and this text is long";
    std::map<std::string, std::wstring> map;
    map[text] = wide;
    map[text + "x"] = wide + L"y";
    std::vector<std::string> list;
    for (int i = 0; i < count; i++)
        list.push_back(text + std::string(i, 'x'));
    std::ostringstream stream;
    stream << "number " << 42 << ' ' << text;
    std::string all = stream.str();
    try {
        list.at(count);
    } catch (const std::out_of_range &caught) {
        all += caught.what();
    }
    return static_cast<int>(map.size() * 1000 + wide.size());
}

int main() {
    return strings_run(3);
}
