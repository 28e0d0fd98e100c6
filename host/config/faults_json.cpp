#include "config/faults_json.hpp"

#include "base/json_value.hpp"

namespace drover {

Json to_json(const std::vector<Fault>& faults) {
    Json list = Json::array();
    for (const Fault& fault : faults) {
        list.push_back({{"file", fault.place.file},
                        {"line", fault.place.line},
                        {"column", fault.place.column},
                        {"message", fault.message}});
    }
    return list;
}

}  // namespace drover
