#include "benches/benches.hpp"

namespace railgauge {

bench_list make_benches() {
    bench_list all;
    all.push_back(make_collectives_bench());
    all.push_back(make_point_to_point_bench());
    all.push_back(make_pairs_bench());
    all.push_back(make_device_copies_bench());
    return all;
}

}  // namespace railgauge
