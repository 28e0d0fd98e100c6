/* The whole C ABI of drover: include this to write a plugin in C. */
#ifndef DROVER_DROVER_H
#define DROVER_DROVER_H

#include <drover/agent.h>
#include <drover/description.h>
#include <drover/extension/control.h>
#include <drover/extension/link.h>
#include <drover/extension/replay_clock.h>
#include <drover/extension/simulation.h>
#include <drover/extension/state.h>
#include <drover/extension/store.h>
#include <drover/host.h>
#include <drover/message.h>
#include <drover/message_type.h>
#include <drover/status.h>
#include <drover/value.h>

#endif
