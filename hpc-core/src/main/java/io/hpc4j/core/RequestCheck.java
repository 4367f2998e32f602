package io.hpc4j.core;

import java.util.Set;

/** Refuses what a scheduler cannot do, before anything is sent. */
final class RequestCheck {

    private RequestCheck() {}

    static void check(ClusterUri cluster, Set<Capability> has, JobRequest request) {
        need(cluster, has, Capability.DEPENDENCIES, !request.dependencies().isEmpty());
        need(cluster, has, Capability.HOLD, request.held());
        need(cluster, has, Capability.PRIORITY, request.priority().isPresent());
        need(cluster, has, Capability.BEGIN_TIME, request.beginAt().isPresent());
        need(cluster, has, Capability.WALLTIME, request.walltime().isPresent());
        need(cluster, has, Capability.MEMORY, request.memoryPerNodeBytes().isPresent());
        need(cluster, has, Capability.MULTIPLE_NODES, request.nodes() > 1);
        need(cluster, has, Capability.GPUS, request.gpusPerNode() > 0);
        need(cluster, has, Capability.EXCLUSIVE, request.exclusive());
        need(cluster, has, Capability.ACCOUNTS, request.account().isPresent());
        need(cluster, has, Capability.MAIL, request.mail().isPresent());
        need(cluster, has, Capability.MODULES, !request.modules().isEmpty());
        need(cluster, has, Capability.RETRY, !request.retries().isEmpty());
    }

    static void checkArray(ClusterUri cluster, Set<Capability> has, ArrayRange range) {
        need(cluster, has, Capability.ARRAYS, true);
        need(
                cluster,
                has,
                Capability.ARRAY_CONCURRENCY_LIMIT,
                range.maxRunning().isPresent());
    }

    static UnsupportedOperationException missing(ClusterUri cluster, Capability capability) {
        return new UnsupportedOperationException("%s does not offer %s".formatted(cluster, capability));
    }

    private static void need(ClusterUri cluster, Set<Capability> has, Capability capability, boolean asked) {
        if (asked && !has.contains(capability)) {
            throw missing(cluster, capability);
        }
    }
}
