// Bars as rows of a CSV file that the history provider of market_data reads.
#include "bar_generator/bar_rows.hpp"

#include <array>
#include <charconv>

#include "market_data/timestamp.hpp"

namespace drover {

namespace {

constexpr std::size_t longest_row = 128;

char digit(std::int64_t value) {
    return static_cast<char>('0' + value % 10);
}

char* put_two_digits(char* at, std::int64_t value) {
    *at++ = digit(value / 10);
    *at++ = digit(value);
    return at;
}

char* put_whole(char* at, std::int64_t value) {
    return std::to_chars(at, at + 20, value).ptr;
}

char* put_price(char* at, std::int64_t ticks) {
    at = put_whole(at, ticks / 100);
    *at++ = '.';
    at = put_two_digits(at, ticks % 100);
    *at++ = ',';
    return at;
}

char* put_time_of_day(char* at, std::int64_t second) {
    at = put_two_digits(at, second / 3600);
    *at++ = ':';
    at = put_two_digits(at, second / 60 % 60);
    *at++ = ':';
    at = put_two_digits(at, second % 60);
    *at++ = 'Z';
    *at++ = ',';
    return at;
}

}  // namespace

void BarRows::append(std::string& text, std::int64_t open_time, const WalkBar& bar) {
    const std::int64_t day = open_time / seconds_a_day;
    if (day != day_) {
        day_ = day;
        date_ = date_text(day * nanoseconds_per_day) + "T";
    }
    text += date_;
    std::array<char, longest_row> row;
    char* at = put_time_of_day(row.data(), open_time % seconds_a_day);
    for (const std::int64_t price : {bar.open, bar.high, bar.low, bar.close}) {
        at = put_price(at, price);
    }
    at = put_whole(at, bar.volume);
    *at++ = '\n';
    text.append(row.data(), at);
}

}  // namespace drover
