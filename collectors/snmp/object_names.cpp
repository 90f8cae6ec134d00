#include "collectors/snmp/object_names.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace pantau::snmp {
namespace {

/// A node and what stands below it: words with the numbers 1, 2, 3 and so on; "7:word" gives a
/// number, and those behind it count on. "word/" has no values of its own, but others below it;
/// "word!" has octets that are no text.
struct Group {
    std::string_view oid;
    std::string_view name;
    std::string_view members;
};

constexpr Group groups[] = {
    // LLDP-MIB (IEEE 802.1AB)
    {"1.0.8802.1.1.2", "lldpMIB", "lldpNotifications/ lldpObjects/"},
    {"1.0.8802.1.1.2.1", "lldpObjects",
     "lldpConfiguration/ lldpStatistics/ lldpLocalSystemData/ lldpRemoteSystemsData/"},
    {"1.0.8802.1.1.2.1.3", "lldpLocalSystemData",
     "lldpLocChassisIdSubtype lldpLocChassisId! lldpLocSysName lldpLocSysDesc "
     "lldpLocSysCapSupported! lldpLocSysCapEnabled! lldpLocPortTable/ lldpLocManAddrTable/"},
    {"1.0.8802.1.1.2.1.3.7.1", "lldpLocPortEntry",
     "lldpLocPortNum lldpLocPortIdSubtype lldpLocPortId lldpLocPortDesc"},
    {"1.0.8802.1.1.2.1.4", "lldpRemoteSystemsData", "lldpRemTable/ lldpRemManAddrTable/"},
    {"1.0.8802.1.1.2.1.4.1.1", "lldpRemEntry",
     "lldpRemTimeMark lldpRemLocalPortNum lldpRemIndex lldpRemChassisIdSubtype lldpRemChassisId! "
     "lldpRemPortIdSubtype lldpRemPortId lldpRemPortDesc lldpRemSysName lldpRemSysDesc "
     "lldpRemSysCapSupported! lldpRemSysCapEnabled!"},
    {"1.0.8802.1.1.2.1.4.2.1", "lldpRemManAddrEntry",
     "lldpRemManAddrSubtype lldpRemManAddr! lldpRemManAddrIfSubtype lldpRemManAddrIfId "
     "lldpRemManAddrOID"},

    // IEEE802dot11-MIB
    {"1.2.840.10036", "ieee802dot11", "dot11smt/ dot11mac/ dot11res/ dot11phy/"},
    {"1.2.840.10036.1", "dot11smt", "dot11StationConfigTable/"},
    {"1.2.840.10036.1.1.1", "dot11StationConfigEntry",
     "dot11StationID! dot11MediumOccupancyLimit dot11CFPollable dot11CFPPeriod dot11CFPMaxDuration "
     "dot11AuthenticationResponseTimeOut dot11PrivacyOptionImplemented dot11PowerManagementMode "
     "dot11DesiredSSID dot11DesiredBSSType dot11OperationalRateSet! dot11BeaconPeriod "
     "dot11DTIMPeriod dot11AssociationResponseTimeOut"},
    {"1.2.840.10036.2", "dot11mac", "dot11OperationTable/ dot11CountersTable/"},
    {"1.2.840.10036.2.1.1", "dot11OperationEntry",
     "dot11MACAddress! dot11RTSThreshold dot11ShortRetryLimit dot11LongRetryLimit "
     "dot11FragmentationThreshold dot11MaxTransmitMSDULifetime dot11MaxReceiveLifetime "
     "dot11ManufacturerID dot11ProductID"},
    {"1.2.840.10036.2.2.1", "dot11CountersEntry",
     "dot11TransmittedFragmentCount dot11MulticastTransmittedFrameCount dot11FailedCount "
     "dot11RetryCount dot11MultipleRetryCount dot11FrameDuplicateCount dot11RTSSuccessCount "
     "dot11RTSFailureCount dot11ACKFailureCount dot11ReceivedFragmentCount "
     "dot11MulticastReceivedFrameCount dot11FCSErrorCount dot11TransmittedFrameCount "
     "dot11WEPUndecryptableCount"},
    {"1.2.840.10036.3.1", "dot11resAttribute", "dot11ResourceTypeIDName 2:dot11ResourceInfoTable/"},
    {"1.2.840.10036.3.1.2.1", "dot11ResourceInfoEntry",
     "dot11manufacturerOUI! dot11manufacturerName dot11manufacturerProductName "
     "dot11manufacturerProductVersion"},
    {"1.2.840.10036.4", "dot11phy",
     "dot11PhyOperationTable/ 5:dot11PhyDSSSTable/ 11:dot11PhyOFDMTable/"},
    {"1.2.840.10036.4.1.1", "dot11PhyOperationEntry",
     "dot11PHYType dot11CurrentRegDomain dot11TempType"},
    {"1.2.840.10036.4.5.1", "dot11PhyDSSSEntry",
     "dot11CurrentChannel dot11CCAModeSupported dot11CurrentCCAMode dot11EDThreshold"},
    {"1.2.840.10036.4.11.1", "dot11PhyOFDMEntry", "dot11CurrentFrequency"},

    // The upper part of the tree
    {"1.3.6.1", "internet", "directory/ mgmt/ experimental/ private/ security/ snmpV2/"},
    {"1.3.6.1.2", "mgmt", "mib-2/"},
    {"1.3.6.1.4", "private", "enterprises/"},
    {"1.3.6.1.2.1", "mib-2",
     "system/ interfaces/ at/ ip/ icmp/ tcp/ udp/ egp/ 10:transmission/ snmp/ 17:dot1dBridge/ "
     "25:host/ 31:ifMIB/ 47:entityMIB/ 99:entitySensorMIB/"},

    // SNMPv2-MIB (RFC 3418)
    {"1.3.6.1.2.1.1", "system",
     "sysDescr sysObjectID sysUpTime sysContact sysName sysLocation sysServices sysORLastChange "
     "sysORTable/"},
    {"1.3.6.1.2.1.1.9.1", "sysOREntry", "sysORIndex sysORID sysORDescr sysORUpTime"},
    {"1.3.6.1.2.1.11", "snmp",
     "snmpInPkts snmpOutPkts snmpInBadVersions snmpInBadCommunityNames snmpInBadCommunityUses "
     "snmpInASNParseErrs 8:snmpInTooBigs snmpInNoSuchNames snmpInBadValues snmpInReadOnlys "
     "snmpInGenErrs snmpInTotalReqVars snmpInTotalSetVars snmpInGetRequests snmpInGetNexts "
     "snmpInSetRequests snmpInGetResponses snmpInTraps snmpOutTooBigs snmpOutNoSuchNames "
     "snmpOutBadValues 24:snmpOutGenErrs snmpOutGetRequests snmpOutGetNexts snmpOutSetRequests "
     "snmpOutGetResponses snmpOutTraps snmpEnableAuthenTraps snmpSilentDrops snmpProxyDrops"},

    // IF-MIB (RFC 2863)
    {"1.3.6.1.2.1.2", "interfaces", "ifNumber ifTable/"},
    {"1.3.6.1.2.1.2.2.1", "ifEntry",
     "ifIndex ifDescr ifType ifMtu ifSpeed ifPhysAddress! ifAdminStatus ifOperStatus ifLastChange "
     "ifInOctets ifInUcastPkts ifInNUcastPkts ifInDiscards ifInErrors ifInUnknownProtos "
     "ifOutOctets ifOutUcastPkts ifOutNUcastPkts ifOutDiscards ifOutErrors ifOutQLen ifSpecific"},
    {"1.3.6.1.2.1.31", "ifMIB", "ifMIBObjects/"},
    {"1.3.6.1.2.1.31.1", "ifMIBObjects",
     "ifXTable/ ifStackTable/ ifTestTable/ ifRcvAddressTable/ ifTableLastChange "
     "ifStackLastChange"},
    {"1.3.6.1.2.1.31.1.1.1", "ifXEntry",
     "ifName ifInMulticastPkts ifInBroadcastPkts ifOutMulticastPkts ifOutBroadcastPkts "
     "ifHCInOctets ifHCInUcastPkts ifHCInMulticastPkts ifHCInBroadcastPkts ifHCOutOctets "
     "ifHCOutUcastPkts ifHCOutMulticastPkts ifHCOutBroadcastPkts ifLinkUpDownTrapEnable "
     "ifHighSpeed ifPromiscuousMode ifConnectorPresent ifAlias ifCounterDiscontinuityTime"},
    {"1.3.6.1.2.1.31.1.2.1", "ifStackEntry", "ifStackHigherLayer ifStackLowerLayer ifStackStatus"},

    // RFC1213-MIB, IP-MIB (RFC 4293), TCP-MIB (RFC 4022), UDP-MIB (RFC 4113)
    {"1.3.6.1.2.1.3", "at", "atTable/"},
    {"1.3.6.1.2.1.3.1.1", "atEntry", "atIfIndex atPhysAddress! atNetAddress"},
    {"1.3.6.1.2.1.4", "ip",
     "ipForwarding ipDefaultTTL ipInReceives ipInHdrErrors ipInAddrErrors ipForwDatagrams "
     "ipInUnknownProtos ipInDiscards ipInDelivers ipOutRequests ipOutDiscards ipOutNoRoutes "
     "ipReasmTimeout ipReasmReqds ipReasmOKs ipReasmFails ipFragOKs ipFragFails ipFragCreates "
     "ipAddrTable/ ipRouteTable/ ipNetToMediaTable/ ipRoutingDiscards ipForward/ "
     "ipv6IpForwarding ipv6IpDefaultHopLimit 34:ipAddressTable/ ipNetToPhysicalTable/"},
    {"1.3.6.1.2.1.4.20.1", "ipAddrEntry",
     "ipAdEntAddr ipAdEntIfIndex ipAdEntNetMask ipAdEntBcastAddr ipAdEntReasmMaxSize"},
    {"1.3.6.1.2.1.4.21.1", "ipRouteEntry",
     "ipRouteDest ipRouteIfIndex ipRouteMetric1 ipRouteMetric2 ipRouteMetric3 ipRouteMetric4 "
     "ipRouteNextHop ipRouteType ipRouteProto ipRouteAge ipRouteMask ipRouteMetric5 ipRouteInfo"},
    {"1.3.6.1.2.1.4.22.1", "ipNetToMediaEntry",
     "ipNetToMediaIfIndex ipNetToMediaPhysAddress! ipNetToMediaNetAddress ipNetToMediaType"},
    {"1.3.6.1.2.1.4.34.1", "ipAddressEntry",
     "ipAddressAddrType ipAddressAddr! ipAddressIfIndex ipAddressType ipAddressPrefix "
     "ipAddressOrigin ipAddressStatus ipAddressCreated ipAddressLastChanged ipAddressRowStatus "
     "ipAddressStorageType"},
    {"1.3.6.1.2.1.4.35.1", "ipNetToPhysicalEntry",
     "ipNetToPhysicalIfIndex ipNetToPhysicalNetAddressType ipNetToPhysicalNetAddress! "
     "ipNetToPhysicalPhysAddress! ipNetToPhysicalLastUpdated ipNetToPhysicalType "
     "ipNetToPhysicalState ipNetToPhysicalRowStatus"},
    {"1.3.6.1.2.1.5", "icmp",
     "icmpInMsgs icmpInErrors icmpInDestUnreachs icmpInTimeExcds icmpInParmProbs "
     "icmpInSrcQuenchs icmpInRedirects icmpInEchos icmpInEchoReps icmpInTimestamps "
     "icmpInTimestampReps icmpInAddrMasks icmpInAddrMaskReps icmpOutMsgs icmpOutErrors "
     "icmpOutDestUnreachs icmpOutTimeExcds icmpOutParmProbs icmpOutSrcQuenchs icmpOutRedirects "
     "icmpOutEchos icmpOutEchoReps icmpOutTimestamps icmpOutTimestampReps icmpOutAddrMasks "
     "icmpOutAddrMaskReps"},
    {"1.3.6.1.2.1.6", "tcp",
     "tcpRtoAlgorithm tcpRtoMin tcpRtoMax tcpMaxConn tcpActiveOpens tcpPassiveOpens "
     "tcpAttemptFails tcpEstabResets tcpCurrEstab tcpInSegs tcpOutSegs tcpRetransSegs "
     "tcpConnTable/ tcpInErrs tcpOutRsts 17:tcpHCInSegs tcpHCOutSegs tcpConnectionTable/ "
     "tcpListenerTable/"},
    {"1.3.6.1.2.1.6.13.1", "tcpConnEntry",
     "tcpConnState tcpConnLocalAddress tcpConnLocalPort tcpConnRemAddress tcpConnRemPort"},
    {"1.3.6.1.2.1.7", "udp",
     "udpInDatagrams udpNoPorts udpInErrors udpOutDatagrams udpTable/ 7:udpEndpointTable/ "
     "udpHCInDatagrams udpHCOutDatagrams"},
    {"1.3.6.1.2.1.7.5.1", "udpEntry", "udpLocalAddress udpLocalPort"},

    // BRIDGE-MIB (RFC 4188)
    {"1.3.6.1.2.1.17", "dot1dBridge", "dot1dBase/ 4:dot1dTp/"},
    {"1.3.6.1.2.1.17.1", "dot1dBase",
     "dot1dBaseBridgeAddress! dot1dBaseNumPorts dot1dBaseType dot1dBasePortTable/"},
    {"1.3.6.1.2.1.17.1.4.1", "dot1dBasePortEntry",
     "dot1dBasePort dot1dBasePortIfIndex dot1dBasePortCircuit dot1dBasePortDelayExceededDiscards "
     "dot1dBasePortMtuExceededDiscards"},
    {"1.3.6.1.2.1.17.4", "dot1dTp",
     "dot1dTpLearnedEntryDiscards dot1dTpAgingTime dot1dTpFdbTable/ dot1dTpPortTable/"},
    {"1.3.6.1.2.1.17.4.3.1", "dot1dTpFdbEntry",
     "dot1dTpFdbAddress! dot1dTpFdbPort dot1dTpFdbStatus"},

    // HOST-RESOURCES-MIB (RFC 2790)
    {"1.3.6.1.2.1.25", "host",
     "hrSystem/ hrStorage/ hrDevice/ hrSWRun/ hrSWRunPerf/ hrSWInstalled/"},
    {"1.3.6.1.2.1.25.1", "hrSystem",
     "hrSystemUptime hrSystemDate! hrSystemInitialLoadDevice hrSystemInitialLoadParameters "
     "hrSystemNumUsers hrSystemProcesses hrSystemMaxProcesses"},
    {"1.3.6.1.2.1.25.2", "hrStorage", "hrStorageTypes/ hrMemorySize hrStorageTable/"},
    {"1.3.6.1.2.1.25.2.1", "hrStorageTypes",
     "hrStorageOther/ hrStorageRam/ hrStorageVirtualMemory/ hrStorageFixedDisk/ "
     "hrStorageRemovableDisk/ hrStorageFloppyDisk/ hrStorageCompactDisc/ hrStorageRamDisk/ "
     "hrStorageFlashMemory/ hrStorageNetworkDisk/"},
    {"1.3.6.1.2.1.25.2.3.1", "hrStorageEntry",
     "hrStorageIndex hrStorageType hrStorageDescr hrStorageAllocationUnits hrStorageSize "
     "hrStorageUsed hrStorageAllocationFailures"},
    {"1.3.6.1.2.1.25.3", "hrDevice",
     "hrDeviceTypes/ hrDeviceTable/ hrProcessorTable/ hrNetworkTable/ hrPrinterTable/ "
     "hrDiskStorageTable/ hrPartitionTable/ hrFSTable/ hrFSTypes/"},
    {"1.3.6.1.2.1.25.3.1", "hrDeviceTypes",
     "hrDeviceOther/ hrDeviceUnknown/ hrDeviceProcessor/ hrDeviceNetwork/ hrDevicePrinter/ "
     "hrDeviceDiskStorage/ 10:hrDeviceVideo/ hrDeviceAudio/ hrDeviceCoprocessor/ "
     "hrDeviceKeyboard/ hrDeviceModem/ hrDeviceParallelPort/ hrDevicePointing/ "
     "hrDeviceSerialPort/ hrDeviceTape/ hrDeviceClock/ hrDeviceVolatileMemory/ "
     "hrDeviceNonVolatileMemory/"},
    {"1.3.6.1.2.1.25.3.2.1", "hrDeviceEntry",
     "hrDeviceIndex hrDeviceType hrDeviceDescr hrDeviceID hrDeviceStatus hrDeviceErrors"},
    {"1.3.6.1.2.1.25.3.3.1", "hrProcessorEntry", "hrProcessorFrwID hrProcessorLoad"},
    {"1.3.6.1.2.1.25.3.4.1", "hrNetworkEntry", "hrNetworkIfIndex"},
    {"1.3.6.1.2.1.25.3.8.1", "hrFSEntry",
     "hrFSIndex hrFSMountPoint hrFSRemoteMountPoint hrFSType hrFSAccess hrFSBootable "
     "hrFSStorageIndex hrFSLastFullBackupDate! hrFSLastPartialBackupDate!"},
    {"1.3.6.1.2.1.25.4", "hrSWRun", "hrSWOSIndex hrSWRunTable/"},
    {"1.3.6.1.2.1.25.4.2.1", "hrSWRunEntry",
     "hrSWRunIndex hrSWRunName hrSWRunID hrSWRunPath hrSWRunParameters hrSWRunType "
     "hrSWRunStatus"},
    {"1.3.6.1.2.1.25.5", "hrSWRunPerf", "hrSWRunPerfTable/"},
    {"1.3.6.1.2.1.25.5.1.1", "hrSWRunPerfEntry", "hrSWRunPerfCPU hrSWRunPerfMem"},
    {"1.3.6.1.2.1.25.6", "hrSWInstalled",
     "hrSWInstalledLastChange hrSWInstalledLastUpdateTime hrSWInstalledTable/"},
    {"1.3.6.1.2.1.25.6.3.1", "hrSWInstalledEntry",
     "hrSWInstalledIndex hrSWInstalledName hrSWInstalledID hrSWInstalledType "
     "hrSWInstalledDate!"},

    // ENTITY-MIB (RFC 6933), ENTITY-SENSOR-MIB (RFC 3433)
    {"1.3.6.1.2.1.47.1.1", "entityPhysical", "entPhysicalTable/"},
    {"1.3.6.1.2.1.47.1.1.1.1", "entPhysicalEntry",
     "entPhysicalIndex entPhysicalDescr entPhysicalVendorType entPhysicalContainedIn "
     "entPhysicalClass entPhysicalParentRelPos entPhysicalName entPhysicalHardwareRev "
     "entPhysicalFirmwareRev entPhysicalSoftwareRev entPhysicalSerialNum entPhysicalMfgName "
     "entPhysicalModelName entPhysicalAlias entPhysicalAssetID entPhysicalIsFRU "
     "entPhysicalMfgDate! entPhysicalUris"},
    {"1.3.6.1.2.1.99.1", "entitySensorObjects", "entPhySensorTable/"},
    {"1.3.6.1.2.1.99.1.1.1", "entPhySensorEntry",
     "entPhySensorType entPhySensorScale entPhySensorPrecision entPhySensorValue "
     "entPhySensorOperStatus entPhySensorUnitsDisplay entPhySensorValueTimeStamp "
     "entPhySensorValueUpdateRate"},

    // UCD-SNMP-MIB
    {"1.3.6.1.4.1.2021", "ucdavis",
     "2:prTable/ 4:memory/ 8:extTable/ dskTable/ laTable/ systemStats/ 100:version/"},
    {"1.3.6.1.4.1.2021.4", "memory",
     "memIndex memErrorName memTotalSwap memAvailSwap memTotalReal memAvailReal memTotalSwapTXT "
     "memAvailSwapTXT memTotalRealTXT memAvailRealTXT memTotalFree memMinimumSwap memShared "
     "memBuffer memCached memUsedSwapTXT memUsedRealTXT memTotalSwapX memAvailSwapX memTotalRealX "
     "memAvailRealX memTotalFreeX memMinimumSwapX memSharedX memBufferX memCachedX memSysAvail "
     "100:memSwapError memSwapErrorMsg"},
    {"1.3.6.1.4.1.2021.9.1", "dskEntry",
     "dskIndex dskPath dskDevice dskMinimum dskMinPercent dskTotal dskAvail dskUsed dskPercent "
     "dskPercentNode dskTotalLow dskTotalHigh dskAvailLow dskAvailHigh dskUsedLow dskUsedHigh "
     "100:dskErrorFlag dskErrorMsg"},
    {"1.3.6.1.4.1.2021.10.1", "laEntry",
     "laIndex laNames laLoad laConfig laLoadInt laLoadFloat 100:laErrorFlag laErrMessage"},
    {"1.3.6.1.4.1.2021.11", "systemStats",
     "ssIndex ssErrorName ssSwapIn ssSwapOut ssIOSent ssIOReceive ssSysInterrupts ssSysContext "
     "ssCpuUser ssCpuSystem ssCpuIdle 50:ssCpuRawUser ssCpuRawNice ssCpuRawSystem ssCpuRawIdle "
     "ssCpuRawWait ssCpuRawKernel ssCpuRawInterrupt ssIORawSent ssIORawReceived ssRawInterrupts "
     "ssRawContexts ssCpuRawSoftIRQ ssRawSwapIn ssRawSwapOut ssCpuRawSteal ssCpuRawGuest "
     "ssCpuRawGuestNice ssCpuNumCpus"},
    {"1.3.6.1.4.1.2021.100", "version",
     "versionIndex versionTag versionDate versionCDate versionIdent versionConfigureOptions"},

    // MIKROTIK-MIB
    {"1.3.6.1.4.1.14988", "mikrotik", ""},
    {"1.3.6.1.4.1.14988.1.1.1.1.1", "mtxrWlStatEntry",
     "2:mtxrWlStatTxRate 4:mtxrWlStatStrength mtxrWlStatSsid 7:mtxrWlStatFreq 9:mtxrWlStatTxCCQ"},
    {"1.3.6.1.4.1.14988.1.1.1.2.1", "mtxrWlRtabEntry",
     "3:mtxrWlRtabStrength 12:mtxrWlRtabSignalToNoise"},
    {"1.3.6.1.4.1.14988.1.1.1.3.1", "mtxrWlApEntry",
     "2:mtxrWlApTxRate mtxrWlApRxRate mtxrWlApSsid 6:mtxrWlApClientCount mtxrWlApFreq "
     "mtxrWlApBand mtxrWlApNoiseFloor mtxrWlApOverallTxCCQ mtxrWlApAuthClientCount"},
    {"1.3.6.1.4.1.14988.1.1.1.8.1", "mtxrWl60GEntry",
     "6:mtxrWl60GFreq 8:mtxrWl60GSignal 12:mtxrWl60GRssi mtxrWl60GPhyRate"},
    {"1.3.6.1.4.1.14988.1.1.3", "mtxrHealth",
     "8:mtxrHlVoltage 10:mtxrHlTemperature mtxrHlProcessorTemperature"},
    {"1.3.6.1.4.1.14988.1.1.3.100.1", "mtxrGaugeEntry",
     "2:mtxrGaugeName mtxrGaugeValue mtxrGaugeUnit"},
    {"1.3.6.1.4.1.14988.1.1.4", "mtxrLicense", "3:mtxrLicLevel mtxrLicVersion"},
    {"1.3.6.1.4.1.14988.1.1.6", "mtxrDHCP", "mtxrDHCPLeaseCount"},
    {"1.3.6.1.4.1.14988.1.1.7", "mtxrSystem", "3:mtxrSerialNumber 9:mtxrBoardName"},

    // UBNT-UniFi-MIB
    {"1.3.6.1.4.1.41112", "ubnt", ""},
    {"1.3.6.1.4.1.41112.1.6", "unifi", ""},
    {"1.3.6.1.4.1.41112.1.6.1.1.1", "unifiRadioEntry",
     "3:unifiRadioRadio 6:unifiRadioCuTotal unifiRadioCuSelfRx unifiRadioCuSelfTx "
     "unifiRadioOtherBss"},
    {"1.3.6.1.4.1.41112.1.6.1.2.1", "unifiVapEntry",
     "2:unifiVapBssId! unifiVapCcq unifiVapChannel 6:unifiVapEssId 8:unifiVapNumStations "
     "unifiVapRadio unifiVapRxBytes 13:unifiVapRxErrors 16:unifiVapTxBytes 18:unifiVapTxErrors "
     "20:unifiVapTxRetries unifiVapTxPower unifiVapUp"},
    {"1.3.6.1.4.1.41112.1.6.3", "unifiApSystem",
     "3:unifiApSystemModel 5:unifiApSystemUptime unifiApSystemVersion"},

    // SNMP-FRAMEWORK-MIB (RFC 3411), SNMP-MPD-MIB (RFC 3412), SNMP-USER-BASED-SM-MIB (RFC 3414)
    {"1.3.6.1.6.3", "snmpModules", "snmpMIB/ 10:snmpFrameworkMIB/ snmpMPDMIB/ 15:snmpUsmMIB/"},
    {"1.3.6.1.6.3.10.2.1", "snmpEngine",
     "snmpEngineID! snmpEngineBoots snmpEngineTime snmpEngineMaxMessageSize"},
    {"1.3.6.1.6.3.11.2.1", "snmpMPDStats",
     "snmpUnknownSecurityModels snmpInvalidMsgs snmpUnknownPDUHandlers"},
    {"1.3.6.1.6.3.15.1.1", "usmStats",
     "usmStatsUnsupportedSecLevels usmStatsNotInTimeWindows usmStatsUnknownUserNames "
     "usmStatsUnknownEngineIDs usmStatsWrongDigests usmStatsDecryptionErrors"},
};

std::uint32_t number_in(std::string_view digits) {
    std::uint32_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

void add_members(const Group& group, std::vector<NamedObject>& all) {
    const Oid parent = *Oid::parse(group.oid);
    std::uint32_t number = 0;
    for (std::string_view rest = group.members; !rest.empty();) {
        const std::size_t end = rest.find(' ');
        std::string_view word = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        const std::size_t colon = word.find(':');
        number = colon == std::string_view::npos ? number + 1 : number_in(word.substr(0, colon));
        if (colon != std::string_view::npos) word.remove_prefix(colon + 1);
        const bool has_values = !word.ends_with('/');
        const bool is_binary = word.ends_with('!');
        if (!has_values || is_binary) word.remove_suffix(1);
        all.push_back({parent.with(number), std::string(word), has_values, is_binary});
    }
}

std::vector<NamedObject> read_groups() {
    std::vector<NamedObject> all;
    for (const Group& group : groups) {
        all.push_back({.oid = *Oid::parse(group.oid), .name = std::string(group.name)});
        add_members(group, all);
    }
    std::ranges::stable_sort(all, {}, &NamedObject::oid);
    // A group is also a member of the one above it.
    const auto is_same = [](const NamedObject& a, const NamedObject& b) { return a.oid == b.oid; };
    all.erase(std::unique(all.begin(), all.end(), is_same), all.end());
    return all;
}

bool is_same_word(std::string_view a, std::string_view b) {
    const auto small = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(a, b, {}, small, small);
}

/// The object with the longest identifier that this one begins with, itself included.
const NamedObject* nearest(const Oid& oid) {
    const auto all = named_objects();
    for (std::size_t length = oid.size(); length >= 2; --length) {
        const Oid prefix(oid.parts().first(length));
        const auto found = std::ranges::lower_bound(all, prefix, {}, &NamedObject::oid);
        if (found != all.end() && found->oid == prefix) return &*found;
    }
    return nullptr;
}

}  // namespace

std::span<const NamedObject> named_objects() {
    static const std::vector<NamedObject> all = read_groups();
    return all;
}

const NamedObject* object_of(const Oid& oid) {
    const NamedObject* const found = nearest(oid);
    return found != nullptr && found->has_values ? found : nullptr;
}

std::string name_of(const Oid& oid) {
    const NamedObject* const found = nearest(oid);
    if (found == nullptr || (!found->has_values && found->oid.size() != oid.size()))
        return oid.to_string();
    std::string name = found->name;
    for (const std::uint32_t part : oid.parts().subspan(found->oid.size()))
        name += '.' + std::to_string(part);
    return name;
}

std::optional<Oid> oid_named(std::string_view text) {
    if (auto oid = Oid::parse(text)) return oid;
    const std::size_t dot = text.find('.');
    const std::string_view word = text.substr(0, dot);
    const auto found = std::ranges::find_if(
        named_objects(), [&](const NamedObject& each) { return is_same_word(each.name, word); });
    if (found == named_objects().end()) return std::nullopt;
    Oid oid = found->oid;
    if (dot == std::string_view::npos) return oid;
    const auto tail = Oid::parse(text.substr(dot + 1));
    if (!tail || text.substr(dot + 1).starts_with('.') ||
        oid.size() + tail->size() > Oid::max_length)
        return std::nullopt;
    oid.append(tail->parts());
    return oid;
}

}  // namespace pantau::snmp
