# Fails when a third-party library is included outside the room that wraps it.
set(library_rooms
    "yaml-cpp/=config"
    "zmq=link"
    "boost/process=process"
    "boost/stacktrace=process"
    "elfutils/=symbols"
    "boost/dll=plugin"
    "valijson/=plugin"
    "sqlite3=runner"
    "CLI/=command"
    "sodium=simulation"
    "date/=schedule"
    "boost/outcome=base"
)
file(GLOB_RECURSE sources RELATIVE "${SOURCE_DIR}/host" "${SOURCE_DIR}/host/*.cpp" "${SOURCE_DIR}/host/*.hpp")
foreach(source IN LISTS sources)
    string(REGEX MATCH "^[a-z_]+" room "${source}")
    file(STRINGS "${SOURCE_DIR}/host/${source}" includes REGEX "^#include <")
    foreach(line IN LISTS includes)
        foreach(entry IN LISTS library_rooms)
            string(REGEX MATCH "^([^=]+)=(.*)$" unused "${entry}")
            set(prefix ${CMAKE_MATCH_1})
            set(owner ${CMAKE_MATCH_2})
            if(line MATCHES "^#include <${prefix}" AND NOT room STREQUAL owner)
                message(SEND_ERROR "host/${source}: <${prefix}…> belongs to the room '${owner}' alone")
            endif()
        endforeach()
        if(line MATCHES "^#include <spdlog" AND NOT room MATCHES "^(base|daemon)$")
            message(SEND_ERROR "host/${source}: spdlog belongs to base, and to daemon for the agents' log files")
        endif()
        if(line MATCHES "^#include <xxhash" AND NOT room MATCHES "^(simulation|durable_log)$")
            message(SEND_ERROR "host/${source}: xxHash belongs to simulation, for event logs, and to durable_log, for records")
        endif()
        if(source MATCHES "\\.hpp$" AND line MATCHES "<nlohmann/json.hpp>" AND NOT source STREQUAL "base/json_conversion.hpp")
            message(SEND_ERROR "host/${source}: headers include base/json.hpp; the whole of nlohmann_json is for sources")
        endif()
    endforeach()
endforeach()
