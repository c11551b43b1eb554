#pragma once
// Calls that Swift cannot make itself: variadic functions, macros and CPU instructions.
#include "CSystemFiles.h"
#include "CSystemProcess.h"
#include "CSystemRuns.h"
