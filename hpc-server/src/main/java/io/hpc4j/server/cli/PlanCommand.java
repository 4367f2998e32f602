package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobRequest;
import io.hpc4j.server.json.PlanJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        description = {
            "Says what hpc submit would do with the same options, and submits nothing: the script and the command, what"
                    + " is passed on, translated, defaulted or refused, and when it would start.",
            "The exit code is 5 if it would be refused."
        },
        customSynopsis = {
            "hpc plan [OPTIONS] [--] PROGRAM [ARGUMENT...]",
            "hpc plan [OPTIONS] SCRIPT [ARGUMENT...]",
            "hpc plan [OPTIONS] --script FILE   (- for standard input)"
        },
        footer = {
            "",
            "Examples:",
            "  hpc plan --nodes 2 --tasks 8 --mem 4G --time 2h -- ./solver case.dat",
            "  hpc plan --array 1-100%%8 run.sh",
            "  hpc plan --json ./solver | jq -r .expectedStart"
        })
final class PlanCommand extends RequestCommand {

    @Option(names = "--json", description = "Print an object of JSON.")
    private boolean json;

    PlanCommand(Session session) {
        super(session);
    }

    @Override
    int run(Cluster cluster) {
        JobRequest request = request(cluster);
        JobPlan plan = range().isPresent() ? cluster.planArray(request, range().get()) : cluster.plan(request);
        if (json) {
            session.print(PlanJson.toJson(plan).toString());
        } else {
            session.around().out().print(plan.describe(session.width()));
        }
        return plan.isRefused() ? ExitCodes.REJECTED : ExitCodes.OK;
    }
}
