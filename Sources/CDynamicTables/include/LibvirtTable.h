#pragma once
#include <libvirt/libvirt.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>

// One field per function, of the function's own type and name.
#define DV_LIBVIRT_FUNCTIONS(F) \
    F(virInitialize) \
    F(virGetLastError) \
    F(virResetLastError) \
    F(virSetErrorFunc) \
    F(virConnectOpen) \
    F(virConnectClose) \
    F(virConnectIsAlive) \
    F(virConnectGetType) \
    F(virConnectListAllDomains) \
    F(virConnectGetAllDomainStats) \
    F(virDomainListGetStats) \
    F(virDomainStatsRecordListFree) \
    F(virDomainLookupByName) \
    F(virDomainRef) \
    F(virDomainFree) \
    F(virDomainGetName) \
    F(virDomainGetUUIDString) \
    F(virDomainGetID) \
    F(virDomainGetState) \
    F(virDomainIsPersistent) \
    F(virDomainGetAutostart) \
    F(virDomainGetXMLDesc) \
    F(virDomainGetBlockInfo) \
    F(virDomainDefineXMLFlags) \
    F(virDomainCreate) \
    F(virDomainAgentSetResponseTimeout) \
    F(virDomainFSFreeze) \
    F(virDomainFSThaw) \
    F(virDomainBackupBegin) \
    F(virDomainBackupGetXMLDesc) \
    F(virDomainListAllCheckpoints) \
    F(virDomainCheckpointCreateXML) \
    F(virDomainCheckpointLookupByName) \
    F(virDomainCheckpointGetName) \
    F(virDomainCheckpointGetXMLDesc) \
    F(virDomainCheckpointDelete) \
    F(virDomainCheckpointFree) \
    F(virDomainGetJobStats) \
    F(virDomainAbortJob) \
    F(virDomainResume) \
    F(virTypedParamsFree) \
    F(virConnectListAllStoragePools) \
    F(virStoragePoolLookupByName) \
    F(virStoragePoolGetName) \
    F(virStoragePoolGetInfo) \
    F(virStoragePoolGetXMLDesc) \
    F(virStoragePoolRefresh) \
    F(virStoragePoolFree) \
    F(virStorageVolLookupByName) \
    F(virStorageVolGetPath) \
    F(virStorageVolFree)


#define DV_FIELD(name) __typeof__(name) *name;
struct dv_libvirt {
    DV_LIBVIRT_FUNCTIONS(DV_FIELD)
};
#undef DV_FIELD

// The table, filled on the first call by any thread, never changed afterwards; NULL if the library (libvirt.so.0)
// or one of the functions is missing. It also keeps libvirt from printing its errors to standard error.
const struct dv_libvirt *dv_libvirt(void);
// Why `dv_libvirt` returned NULL, in the dynamic linker's words; valid for the life of the process.
const char *dv_libvirt_problem(void);

// Asks a guest's agent with words of our own; NULL if the library (libvirt-qemu.so.0) is missing.
typedef __typeof__(virDomainQemuAgentCommand) dv_agent_command;
dv_agent_command *dv_libvirt_agent_command(void);
