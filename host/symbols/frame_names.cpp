/// libdw of elfutils reads the files. The only file that sees it.
#include "symbols/frame_names.hpp"

#include <cstdlib>
#include <map>
#include <memory>

#include <cxxabi.h>
#include <elfutils/libdwfl.h>

namespace drover {

namespace {

std::string demangled(const char* name) {
    int status = -1;
    const std::unique_ptr<char, decltype(&std::free)> text(
        abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
    return status == 0 ? text.get() : name;
}

/// One ELF file, looked at as it lies on the disk.
class Module {
public:
    explicit Module(const std::string& file) : session_(::dwfl_begin(&callbacks), &::dwfl_end) {
        if (session_ == nullptr) {
            return;
        }
        ::dwfl_report_begin(session_.get());
        module_ = ::dwfl_report_elf(session_.get(), file.c_str(), file.c_str(), -1, base, false);
        ::dwfl_report_end(session_.get(), nullptr, nullptr);
        if (module_ != nullptr && ::dwfl_module_getelf(module_, &bias_) == nullptr) {
            module_ = nullptr;
        }
    }

    [[nodiscard]] FrameName name_of(std::uint64_t offset) const {
        FrameName name;
        if (module_ == nullptr) {
            return name;
        }
        const Dwarf_Addr address = offset + bias_;
        if (const char* const symbol = ::dwfl_module_addrname(module_, address)) {
            name.function = demangled(symbol);
        }
        if (Dwfl_Line* const line = ::dwfl_module_getsrc(module_, address)) {
            const char* const file =
                ::dwfl_lineinfo(line, nullptr, &name.line, nullptr, nullptr, nullptr);
            name.file = file == nullptr ? "" : file;
        }
        return name;
    }

private:
    /// Where a file that may lie anywhere is thought to lie.
    static constexpr GElf_Addr base = 0x10000000;
    static constexpr Dwfl_Callbacks callbacks{&::dwfl_build_id_find_elf,
                                              &::dwfl_standard_find_debuginfo,
                                              &::dwfl_offline_section_address,
                                              nullptr};

    std::unique_ptr<Dwfl, decltype(&::dwfl_end)> session_;
    Dwfl_Module* module_ = nullptr;
    GElf_Addr bias_ = 0;
};

}  // namespace

std::vector<FrameName> names_of(const std::vector<FramePlace>& frames) {
    std::map<std::string, Module> modules;
    std::vector<FrameName> names;
    for (const FramePlace& frame : frames) {
        const Module& module = modules.try_emplace(frame.module, frame.module).first->second;
        const bool is_after_call = frame.is_return && frame.offset > 0;
        names.push_back(module.name_of(is_after_call ? frame.offset - 1 : frame.offset));
    }
    return names;
}

}  // namespace drover
