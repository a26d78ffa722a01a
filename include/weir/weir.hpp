// Everything: the async runtime.
#pragma once

#include "weir/any_task.hpp"
#include "weir/barrier.hpp"
#include "weir/context.hpp"
#include "weir/error.hpp"
#include "weir/file.hpp"
#include "weir/future.hpp"
#include "weir/gather.hpp"
#include "weir/group.hpp"
#include "weir/offload.hpp"
#include "weir/queue.hpp"
#include "weir/run.hpp"
#include "weir/sync.hpp"
#include "weir/threadsafe.hpp"
#include "weir/time.hpp"
#include "weir/wait.hpp"
