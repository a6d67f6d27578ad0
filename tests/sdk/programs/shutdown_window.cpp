// A window that takes part in the end of a session, and the private message that ends its peers.
#include <windows.h>
#include <string>
#include <vector>

namespace {

UINT g_quitMessage;

class Window {
  public:
    explicit Window(HINSTANCE instance) : instance_(instance), hwnd_(nullptr) {}
    ~Window() {
        if (hwnd_)
            ::DestroyWindow(hwnd_);
    }
    Window(const Window &) = delete;
    Window &operator=(const Window &) = delete;

    bool Create(const std::wstring &title) {
        WNDCLASSEXW wc = {};
        wc.cbSize = sizeof(wc);
        wc.lpfnWndProc = &Window::Proc;
        wc.hInstance = instance_;
        wc.hCursor = LoadCursorW(nullptr, MAKEINTRESOURCEW(32512));
        wc.lpszClassName = L"ShutdownWindow";
        if (!RegisterClassExW(&wc) && GetLastError() != ERROR_CLASS_ALREADY_EXISTS)
            return false;
        hwnd_ =
            CreateWindowExW(0, wc.lpszClassName, title.c_str(), WS_OVERLAPPEDWINDOW, CW_USEDEFAULT,
                            CW_USEDEFAULT, 300, 200, nullptr, nullptr, instance_, this);
        return hwnd_ != nullptr;
    }

    static LRESULT CALLBACK Proc(HWND hwnd, UINT msg, WPARAM wParam, LPARAM lParam) {
        Window *self = reinterpret_cast<Window *>(GetWindowLongPtrW(hwnd, GWLP_USERDATA));
        if (msg == WM_NCCREATE) {
            const CREATESTRUCTW *create = reinterpret_cast<const CREATESTRUCTW *>(lParam);
            SetWindowLongPtrW(hwnd, GWLP_USERDATA, (LONG_PTR)create->lpCreateParams);
        }
        if (msg == g_quitMessage) {
            PostQuitMessage(static_cast<int>(wParam));
            return 0;
        }
        switch (msg) {
        case WM_QUERYENDSESSION:
            if (self)
                self->log_.push_back("query");
            return (lParam & ENDSESSION_LOGOFF) != 0;
        case WM_ENDSESSION:
            if (wParam)
                ExitProcess(0);
            return 0;
        case WM_DESTROY:
            PostQuitMessage(0);
            return 0;
        default:
            return DefWindowProcW(hwnd, msg, wParam, lParam);
        }
    }

  private:
    HINSTANCE instance_;
    HWND hwnd_;
    std::vector<std::string> log_;
};

} // namespace

int APIENTRY wWinMain(_In_ HINSTANCE hInstance, _In_opt_ HINSTANCE hPrevInstance,
                      _In_ LPWSTR lpCmdLine, _In_ int nCmdShow) {
    UNREFERENCED_PARAMETER(hPrevInstance);
    UNREFERENCED_PARAMETER(lpCmdLine);
    UNREFERENCED_PARAMETER(nCmdShow);
    g_quitMessage = RegisterWindowMessageW(L"Contoso.Quit");
    Window window(hInstance);
    if (!window.Create(L"demo"))
        return HRESULT_FROM_WIN32(GetLastError());
    DWORD recipients = BSM_APPLICATIONS;
    BroadcastSystemMessageW(BSF_IGNORECURRENTTASK | BSF_POSTMESSAGE, &recipients, g_quitMessage, 0,
                            0);
    SetProcessShutdownParameters(0x3FF, SHUTDOWN_NORETRY);
    MSG msg;
    while (GetMessageW(&msg, nullptr, 0, 0) > 0) {
        TranslateMessage(&msg);
        DispatchMessageW(&msg);
    }
    return (int)msg.wParam;
}
