package io.hpc4j.local;

import java.util.List;

/**
 * Hears what happens on nodes, always on the one thread of {@link NodeLinks}, in the order in which it happened to each
 * unit. What arrives together is told together. A unit's end, failure or loss may be told more than once until it is
 * acknowledged.
 */
interface NodeListener {

    /** After a node was connected to, all it knows has been told: what is missing here, it was never told to start. */
    void synced(NodeHello node);

    /** Units that were to be returned: they have not been started, and will not be unless ordered again. */
    void returned(String node, List<String> units);

    /** Units whose processes have been made. */
    void running(String node, List<UnitRunning> units);

    /** Units that have ended; to be acknowledged, as failures and losses are. */
    void ended(String node, List<UnitEnd> units);

    /** Units whose processes could not be made. */
    void failed(String node, List<UnitFailure> units);

    /** Units that were live when their node died; none of their processes is left. */
    void lost(String node, List<String> units);

    /** Answers to {@link NodeLinks#requestUsage}. Units that are not live are left out. */
    void usage(String node, List<UnitUsage> units);

    /** A node is gone or its connection broke. Nothing is told of it until {@link NodeLinks#connect} is called again. */
    void disconnected(String node);

    /** All that was there to tell has been told: the time to do the work that it gives, once. */
    void settled();
}
