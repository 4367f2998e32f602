package io.hpc4j.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Refuses what a scheduler cannot do, before anything is sent. */
final class RequestCheck {

    private RequestCheck() {}

    static void check(ClusterUri cluster, Set<Capability> has, JobRequest request) {
        refuse(cluster, missing(has, request));
    }

    static void checkArray(ClusterUri cluster, Set<Capability> has, ArrayRange range) {
        refuse(cluster, missing(has, range));
    }

    /** What a request asks for and the scheduler does not offer, by the field of the request. */
    static Map<String, Capability> missing(Set<Capability> has, JobRequest request) {
        Map<String, Capability> needs = new LinkedHashMap<>();
        need(
                needs,
                "dependencies",
                Capability.DEPENDENCIES,
                !request.dependencies().isEmpty());
        need(needs, "held", Capability.HOLD, request.held());
        need(needs, "priority", Capability.PRIORITY, request.priority().isPresent());
        need(needs, "beginAt", Capability.BEGIN_TIME, request.beginAt().isPresent());
        need(needs, "walltime", Capability.WALLTIME, request.walltime().isPresent());
        need(
                needs,
                "memoryPerNodeBytes",
                Capability.MEMORY,
                request.memoryPerNodeBytes().isPresent());
        need(needs, "nodes", Capability.MULTIPLE_NODES, request.nodes() > 1);
        need(needs, "gpusPerNode", Capability.GPUS, request.gpusPerNode() > 0);
        need(needs, "exclusive", Capability.EXCLUSIVE, request.exclusive());
        need(needs, "account", Capability.ACCOUNTS, request.account().isPresent());
        need(needs, "mail", Capability.MAIL, request.mail().isPresent());
        need(needs, "modules", Capability.MODULES, !request.modules().isEmpty());
        need(needs, "retries", Capability.RETRY, !request.retries().isEmpty());
        needs.values().removeAll(has);
        return needs;
    }

    /** What an array asks for and the scheduler does not offer. */
    static Map<String, Capability> missing(Set<Capability> has, ArrayRange range) {
        Map<String, Capability> needs = new LinkedHashMap<>();
        boolean offersArrays = has.contains(Capability.ARRAYS);
        need(needs, "array", Capability.ARRAYS, !offersArrays);
        need(
                needs,
                "array",
                Capability.ARRAY_CONCURRENCY_LIMIT,
                offersArrays && range.maxRunning().isPresent());
        needs.values().removeAll(has);
        return needs;
    }

    private static void need(Map<String, Capability> needs, String field, Capability capability, boolean asked) {
        if (asked) {
            needs.put(field, capability);
        }
    }

    private static void refuse(ClusterUri cluster, Map<String, Capability> missing) {
        for (Capability first : missing.values()) {
            throw missing(cluster, first);
        }
    }

    static UnsupportedOperationException missing(ClusterUri cluster, Capability capability) {
        return new UnsupportedOperationException("%s does not offer %s".formatted(cluster, capability));
    }
}
