package io.hpc4j.server.json;

import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.store.json.JsonObject;
import java.util.stream.Collectors;

/** Nodes, queues and queries as JSON. */
public final class ClusterJson {

    private ClusterJson() {}

    /** Writes a node. */
    public static JsonObject toJson(NodeInfo node) {
        return new JsonObject()
                .put("name", node.name())
                .put("state", node.state())
                .put("rawState", node.rawState())
                .put("reason", node.reason())
                .put("slots", node.slots())
                .put("usedSlots", node.usedSlots())
                .put("memoryBytes", node.memoryBytes())
                .put("usedMemoryBytes", node.usedMemoryBytes())
                .put("gpus", node.gpus())
                .put("usedGpus", node.usedGpus())
                .put("load", node.load())
                .put("queues", node.queues());
    }

    /** Reads a node. */
    public static NodeInfo node(JsonObject in) {
        return new NodeInfo(
                in.text("name"),
                NodeInfo.State.valueOf(in.text("state")),
                in.text("rawState"),
                in.string("reason"),
                in.integer("slots").orElse(0),
                in.integer("usedSlots").orElse(0),
                in.number("memoryBytes"),
                in.number("usedMemoryBytes"),
                in.integer("gpus").orElse(0),
                in.integer("usedGpus").orElse(0),
                in.decimal("load"),
                in.strings("queues"));
    }

    /** Writes a queue. */
    public static JsonObject toJson(QueueInfo queue) {
        return new JsonObject()
                .put("name", queue.name())
                .put("isDefault", queue.isDefault())
                .put("isOpen", queue.isOpen())
                .put("rawState", queue.rawState())
                .put("priority", queue.priority())
                .put("maxWalltimeSeconds", queue.maxWalltime())
                .put("maxSlotsPerJob", queue.maxSlotsPerJob())
                .put("totalSlots", queue.totalSlots())
                .put("pending", queue.pending())
                .put("running", queue.running())
                .put("nodes", queue.nodes());
    }

    /** Reads a queue. */
    public static QueueInfo queue(JsonObject in) {
        return new QueueInfo(
                in.text("name"),
                in.flag("isDefault"),
                in.flag("isOpen"),
                in.text("rawState"),
                in.integer("priority"),
                in.seconds("maxWalltimeSeconds"),
                in.integer("maxSlotsPerJob"),
                in.integer("totalSlots").orElse(0),
                in.integer("pending").orElse(0),
                in.integer("running").orElse(0),
                in.strings("nodes"));
    }

    /** Writes a query. */
    public static JsonObject toJson(JobQuery query) {
        return new JsonObject()
                .put("states", query.states())
                .put("owner", query.owner())
                .put("queue", query.queue())
                .put("name", query.name())
                .put("labels", query.labels())
                .put("submittedFrom", query.submittedFrom())
                .put("submittedBefore", query.submittedBefore())
                .put("limit", query.limit());
    }

    /** Reads a query. */
    public static JobQuery query(JsonObject in) {
        return new JobQuery(
                in.strings("states").stream().map(JobState::valueOf).collect(Collectors.toSet()),
                in.string("owner"),
                in.string("queue"),
                in.string("name"),
                in.stringMap("labels"),
                in.instant("submittedFrom"),
                in.instant("submittedBefore"),
                in.integer("limit").orElse(0));
    }
}
