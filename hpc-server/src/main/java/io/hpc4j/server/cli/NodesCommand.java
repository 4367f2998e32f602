package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.server.json.ClusterJson;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "nodes",
        description = "Lists the nodes, and how full they are.",
        footer = {"", "Examples:", "  hpc nodes", "  hpc nodes --json | jq -r '.[] | select(.state != \"UP\") | .name'"
        })
final class NodesCommand extends ClusterCommand {

    @Option(names = "--json", description = "Print an array of JSON.")
    private boolean json;

    NodesCommand(Session session) {
        super(session);
    }

    @Override
    int run(Cluster cluster) {
        List<NodeInfo> nodes = cluster.nodes();
        if (json) {
            session.print(nodes.stream().map(ClusterJson::toJson).toList());
        } else {
            session.print(table(nodes, session.paint()));
        }
        return ExitCodes.OK;
    }

    static Table table(Collection<NodeInfo> nodes, Paint paint) {
        Table table = new Table()
                .left("NODE")
                .left("STATE")
                .right("SLOTS")
                .right("MEMORY")
                .right("GPUS")
                .right("LOAD")
                .flexible("QUEUES")
                .flexible("REASON");
        for (NodeInfo node : nodes) {
            table.row()
                    .cell(node.name())
                    .cell(
                            node.state() == NodeInfo.State.UNKNOWN
                                    ? node.rawState() + "?"
                                    : node.state().name(),
                            paint.of(node.state()))
                    .cell(node.usedSlots() + "/" + node.slots())
                    .cell(memory(node.usedMemoryBytes(), node.memoryBytes()))
                    .cell(node.gpus() == 0 ? "" : node.usedGpus() + "/" + node.gpus())
                    .cell(
                            node.load().isPresent()
                                    ? String.format(
                                            Locale.ROOT, "%.2f", node.load().getAsDouble())
                                    : "")
                    .cell(String.join(",", node.queues()))
                    .cell(node.reason().orElse(""));
        }
        return table;
    }

    private static String memory(OptionalLong used, OptionalLong all) {
        if (all.isEmpty()) {
            return "";
        }
        return (used.isPresent() ? Quantities.show(used.getAsLong()) : "?") + "/" + Quantities.show(all.getAsLong());
    }
}
