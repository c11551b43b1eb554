#pragma once
// Functions of libraries that debvisor opens when it first needs them instead of linking them: a linked libvirt
// costs every start of the program about 10 ms and 57 libraries, libnbd 3 ms, libcurl 4 ms.
#include "LibvirtTable.h"
#include "LibNBDTable.h"
#include "CurlPost.h"
