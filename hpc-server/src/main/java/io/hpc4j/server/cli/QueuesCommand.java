package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.server.json.ClusterJson;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "queues",
        description = "Lists the queues with their limits; a star marks the one for jobs that name none.",
        footer = {"", "Examples:", "  hpc queues", "  hpc queues --json"})
final class QueuesCommand extends ClusterCommand {

    @Option(names = "--json", description = "Print an array of JSON.")
    private boolean json;

    QueuesCommand(Session session) {
        super(session);
    }

    @Override
    int run(Cluster cluster) {
        List<QueueInfo> queues = cluster.queues();
        if (json) {
            session.print(queues.stream().map(ClusterJson::toJson).toList());
            return ExitCodes.OK;
        }
        Table table = new Table()
                .left("QUEUE")
                .left("STATE")
                .right("PRIORITY")
                .right("WALLTIME")
                .right("SLOTS/JOB")
                .right("SLOTS")
                .right("PENDING")
                .right("RUNNING")
                .flexible("NODES");
        for (QueueInfo queue : queues) {
            table.row()
                    .cell(queue.name() + (queue.isDefault() ? "*" : ""))
                    .cell(
                            queue.rawState(),
                            queue.isOpen()
                                    ? session.paint().good()
                                    : session.paint().bad())
                    .cell(number(queue.priority()))
                    .cell(queue.maxWalltime().map(Quantities::show).orElse(""))
                    .cell(number(queue.maxSlotsPerJob()))
                    .cell(Integer.toString(queue.totalSlots()))
                    .cell(Integer.toString(queue.pending()))
                    .cell(Integer.toString(queue.running()))
                    .cell(String.join(",", queue.nodes()));
        }
        session.print(table);
        return ExitCodes.OK;
    }

    private static String number(OptionalInt value) {
        return value.isPresent() ? Integer.toString(value.getAsInt()) : "";
    }
}
