// Everything: the async runtime.
#pragma once

#include "weir/error.hpp"
#include "weir/file.hpp"
#include "weir/future.hpp"
#include "weir/gather.hpp"
#include "weir/group.hpp"
#include "weir/lines.hpp"
#include "weir/offload.hpp"
#include "weir/pipe.hpp"
#include "weir/process.hpp"
#include "weir/queue.hpp"
#include "weir/run.hpp"
#include "weir/socket.hpp"
#include "weir/stream.hpp"
#include "weir/sync.hpp"
#include "weir/threadsafe.hpp"
#include "weir/time.hpp"
