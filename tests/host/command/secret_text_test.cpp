/// What is hidden from text that goes to strangers.
#include "command/secret_text.hpp"

#include <gtest/gtest.h>

namespace drover::test {

TEST(SecretText, hides_the_values_of_keys_that_name_secrets) {
    EXPECT_EQ(without_secrets("config:\n"
                              "  user: ann\n"
                              "  password: hunter2  # old\n"
                              "  api_key: 'a b c'\n"
                              "  fast: {token: abc, slow: 5}\n"
                              "  \"Access-Key\": \"x\\\"y\"\n",
                              {}),
              "config:\n"
              "  user: ann\n"
              "  password: ***# old\n"
              "  api_key: ***\n"
              "  fast: {token: ***, slow: 5}\n"
              "  \"Access-Key\": \"***\"\n");
}

TEST(SecretText, hides_them_in_json_and_leaves_it_json) {
    EXPECT_EQ(without_secrets(R"({"name":"risk","apiKey":"abc","list":[1]})", {}),
              "{\"name\":\"risk\",\"apiKey\":\"***\",\"list\":[1]}\n");
}

TEST(SecretText, hides_texts_of_several_lines) {
    EXPECT_EQ(without_secrets("private_key: |\n  one\n  two\nname: x\n", {}),
              "private_key: |\n  ***\n  ***\nname: x\n");
}

TEST(SecretText, leaves_maps_of_secrets_that_only_name_files) {
    EXPECT_EQ(without_secrets("secrets: {broker: keys/broker}\n", {}),
              "secrets: {broker: keys/broker}\n");
}

TEST(SecretText, hides_passwords_in_addresses) {
    EXPECT_EQ(without_secrets("url: postgres://ann:pw@host/db and http://host:80/\n", {}),
              "url: postgres://ann:***@host/db and http://host:80/\n");
}

TEST(SecretText, hides_known_values_wherever_they_stand) {
    EXPECT_EQ(without_secrets("it said s3cr3t, then s3cr3t\n", {"s3cr3t", ""}),
              "it said ***, then ***\n");
}

TEST(SecretText, knows_which_keys_name_secrets) {
    for (const char* key : {"password", "API_KEY", "client-secret", "authToken", "Authorization"}) {
        EXPECT_TRUE(is_secret_key(key)) << key;
    }
    for (const char* key : {"key", "keyboard", "plugin", "name", ""}) {
        EXPECT_FALSE(is_secret_key(key)) << key;
    }
}

}  // namespace drover::test
