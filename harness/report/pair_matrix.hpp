// The pairs of a run as a matrix, and in words what stands out.
#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/record/point_record.hpp"

namespace railgauge {

struct matrix_options {
    int columns = 100;  ///< that a line may have
    bool colors = false;
};

/// Fed with the rows of a results file, in any order; prints at the end. What it keeps grows
/// with the rows of pairs.
class pair_matrix {
public:
    /// Rows that are no measured pair are left out.
    void add(const point_record& record);
    [[nodiscard]] bool empty() const noexcept { return series_.empty(); }

    /// For each operation and size a matrix, of hosts where there are several (the median over
    /// their ranks), else of ranks; from the row's end to the column's. In GB/s, below 64 KiB the
    /// time. Pairs that another transport carried than most are named. Where it does not fit into
    /// the columns, the slowest ends. Then in words what is slow.
    void print(std::ostream& out, const matrix_options& options) const;

private:
    struct cell {
        int from;
        int to;
        double value;    ///< GB/s, or one over microseconds
        double at_best;  ///< by the interval of the time
    };
    struct series {
        std::string title;
        bool is_time = false;
        std::map<std::string, int> transports;  ///< how many rows each carried; none said: none
        std::vector<std::pair<std::pair<int, int>, std::string>> carried_by;  ///< by ends
        std::vector<cell> cells;  ///< in the order they came; several of a pair: several launches
    };

    void tell_transports(std::ostream& out, const series& one) const;

    std::vector<series> series_;
    std::map<std::string, std::size_t> places_;  ///< in series_, by title
    std::map<int, std::string> hosts_;           ///< by rank
};

}  // namespace railgauge
