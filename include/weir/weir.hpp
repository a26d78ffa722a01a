// Everything: the async runtime.
#pragma once

#include "weir/debug.hpp"
#include "weir/error.hpp"
#include "weir/file.hpp"
#include "weir/future.hpp"
#include "weir/gather.hpp"
#include "weir/gauge.hpp"
#include "weir/group.hpp"
#include "weir/monitor.hpp"
#include "weir/offload.hpp"
#include "weir/queue.hpp"
#include "weir/run.hpp"
#include "weir/sync.hpp"
#include "weir/threadsafe.hpp"
#include "weir/time.hpp"
