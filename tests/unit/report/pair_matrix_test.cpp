#include "harness/report/pair_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <sstream>

#include "tests/golden/golden.hpp"
#include "tests/unit/report/sample_run.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing::Not;
using speed = std::function<double(int from_host, int to_host)>;

// A point between two ranks of a cluster with `local` ranks a host, "h0", "h1", ...
point_record pair_row(int from, int to, int local, double gbps) {
    point_record row = sample_point(1 << 20, (1 << 20) / gbps / 1e3);
    row.key.op = "send";
    row.key.backend = "ucx";
    row.key.dtype = "uint8";
    row.key.redop = "none";
    row.key.group = "pairs:" + std::to_string(from) + "-" + std::to_string(to);
    row.place = group_place{
        0,
        1,
        1,
        {{from, "h" + std::to_string(from / local)}, {to, "h" + std::to_string(to / local)}}};
    return row;
}

// Hand-made and repeatable, up to 3 % to each side.
double wobble(int from, int to) {
    return 1 + 0.03 * std::sin(from * 12.9898 + to * 78.233);
}

std::string matrix(int hosts, int local, const speed& gbps, const matrix_options& options = {},
                   int launches = 1) {
    pair_matrix all;
    for (int launch = 0; launch < launches; ++launch) {
        for (int from = 0; from < hosts * local; ++from) {
            for (int to = 0; to < hosts * local; ++to) {
                if (from == to) continue;
                const double value = gbps(from / local, to / local) * wobble(from, to);
                point_record row = pair_row(from, to, local, value);
                row.launch = launch;
                all.add(row);
            }
        }
    }
    std::ostringstream out;
    all.print(out, options);
    return out.str();
}

double usual(int, int) {
    return 0.117;
}

TEST(pair_matrix, of_hosts_that_are_alike) {
    EXPECT_TRUE(golden::matches("report/pairs_alike.txt", matrix(4, 1, usual)));
}

TEST(pair_matrix, names_a_slow_host) {
    EXPECT_TRUE(golden::matches("report/pairs_slow_host.txt", matrix(4, 1, [](int from, int to) {
                                    return from == 2 || to == 2 ? 0.036 : 0.117;
                                })));
}

TEST(pair_matrix, names_a_slow_direction) {
    EXPECT_TRUE(golden::matches("report/pairs_slow_direction.txt", matrix(4, 1, [](int from, int) {
                                    return from == 1 ? 0.036 : 0.117;
                                })));
}

TEST(pair_matrix, names_a_slow_pair) {
    EXPECT_TRUE(golden::matches("report/pairs_slow_pair.txt", matrix(4, 1, [](int from, int to) {
                                    return (from == 0 && to == 3) || (from == 3 && to == 0) ? 0.036
                                                                                            : 0.117;
                                })));
}

// The ends differ too much for host 2 to be called slow by itself.
TEST(pair_matrix, points_to_the_weaker_end_of_a_slow_pair) {
    const std::string text = matrix(4, 1, [](int from, int to) {
        const int other = from == 2 ? to : from;
        if (from == 2 || to == 2) return other == 0 ? 0.03 : 0.015;
        return from == 0 || to == 0 ? 0.12 : 0.25;
    });
    EXPECT_NE(text.find("; with its better partners h2 reaches 0.03"), std::string::npos) << text;
    EXPECT_NE(text.find(", so look there first"), std::string::npos);
    EXPECT_EQ(text.find("both ends are fine"), std::string::npos);
}

TEST(pair_matrix, takes_ranks_of_a_host_together) {
    const std::string text = matrix(3, 2, [](int from, int to) {
        if (from == to) return 9.0;
        return from == 1 || to == 1 ? 0.036 : 0.117;
    });
    EXPECT_TRUE(golden::matches("report/pairs_ranks_and_hosts.txt", text));
}

TEST(pair_matrix, is_of_ranks_on_one_host) {
    const std::string text = matrix(1, 5, [](int, int) { return 9.0; });
    EXPECT_THAT(text, HasSubstr("from the row's rank"));
    EXPECT_THAT(text, HasSubstr("nothing stands out"));
}

TEST(pair_matrix, sums_up_what_is_too_wide) {
    const std::string text =
        matrix(40, 1, [](int from, int to) { return from == 17 || to == 17 ? 0.036 : 0.117; });
    EXPECT_TRUE(golden::matches("report/pairs_wide.txt", text));
    for (const std::string& line : golden::lines_of(text)) EXPECT_LE(line.size(), 110U);
}

TEST(pair_matrix, takes_the_median_of_launches_and_leaves_out_what_has_no_figure) {
    EXPECT_EQ(matrix(3, 1, usual, {}, 3), matrix(3, 1, usual));
    pair_matrix none;
    none.add(sample_point(8, 1));
    point_record skipped = pair_row(0, 1, 1, 1);
    skipped.status = point_status::skipped;
    none.add(skipped);
    point_record lost = pair_row(0, 1, 1, 1);
    lost.busbw_gbps.reset();
    none.add(lost);
    EXPECT_TRUE(none.empty());
}

TEST(pair_matrix, shows_the_time_of_small_messages) {
    pair_matrix all;
    for (int from = 0; from < 4; ++from) {
        for (int to = from + 1; to < 4; ++to) {
            point_record row = pair_row(from, to, 1, 1);
            row.key.op = "ping_pong";
            row.key.bytes = 8;
            row.time_us->p50 = (from == 1 || to == 1 ? 30 : 10) * wobble(from, to);
            all.add(row);
        }
    }
    std::ostringstream out;
    all.print(out, {});
    EXPECT_TRUE(golden::matches("report/pairs_latency.txt", out.str()));
}

TEST(pair_matrix, names_pairs_that_another_transport_carried) {
    pair_matrix all;
    for (int from = 0; from < 3; ++from) {
        for (int to = 0; to < 3; ++to) {
            point_record row = pair_row(from, to, 1, 1);
            row.transport = from == 1 && to == 2 ? "tcp/mgmt" : "tcp/eth0";
            if (from != to) all.add(row);
        }
    }
    std::ostringstream out;
    all.print(out, {});
    EXPECT_THAT(out.str(), HasSubstr("over tcp/eth0\nbut h1 rank 1 -> h2 rank 2 over tcp/mgmt\n"));
}

TEST(pair_matrix, keeps_host_names_harmless) {
    pair_matrix all;
    for (int from = 0; from < 3; ++from) {
        for (int to = 0; to < 3; ++to) {
            point_record row = pair_row(from, to, 1, 1);
            row.place->ends[0].host = "\x1b[31m" + row.place->ends[0].host;
            row.place->ends[1].host = "\x1b[31m" + row.place->ends[1].host;
            if (from != to) all.add(row);
        }
    }
    std::ostringstream out;
    all.print(out, {});
    EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST(table_printer, prints_pairs_as_a_matrix_and_what_failed_once) {
    std::vector<point_record> rows;
    for (int from = 0; from < 3; ++from) {
        for (int to = 0; to < 3; ++to) {
            if (from != to) rows.push_back(pair_row(from, to, 1, 0.117));
        }
    }
    for (int i = 0; i < 3; ++i) {
        point_record row = pair_row(0, 1, 1, 1);
        row.key.backend = "shm";
        row.status = point_status::skipped;
        row.reason = "shm cannot";
        row.time_us.reset();
        rows.push_back(row);
    }
    const std::string text = print_run(output_format::table, rows);
    EXPECT_THAT(text, HasSubstr("send  ucx"));
    EXPECT_THAT(text, HasSubstr("from the row's host"));
    const auto first = text.find("shm cannot");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(text.find("shm cannot", first + 1), std::string::npos);
}

TEST(table_printer, has_a_column_for_groups) {
    std::vector<point_record> rows{sample_point(64, 1), sample_point(64, 2), sample_point(128, 2)};
    rows[0].key.group = "intra-host:h0";
    rows[1].key.group = "intra-host:h1";
    rows[2].key.group = "intra-host:h0";
    for (point_record& row : rows) row.place = group_place{0, 1, 2, {}};
    rows[2].index = 1;
    const std::string text = print_run(output_format::table, rows);
    EXPECT_THAT(text, HasSubstr("intra-host  2 groups at once"));
    EXPECT_THAT(text, HasSubstr("intra-host:h1"));
    // One heading for all three.
    EXPECT_EQ(text.find("algorithm"), text.rfind("algorithm"));
}

}  // namespace
}  // namespace railgauge
