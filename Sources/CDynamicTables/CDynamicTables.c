#include "CDynamicTables.h"
