package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Explanation;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Reason;
import io.hpc4j.server.json.ExplanationJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description = {
            "Says why jobs wait or why they ended, what they used beside what they asked for, and what to do.",
            "Tasks of an array that share a reason are explained by the first of them."
        },
        footer = {"", "Examples:", "  hpc explain 12", "  hpc explain 12 --json | jq -r '.reasons[].type'"})
final class ExplainCommand extends ClusterCommand {

    private static final int MOST = 200;
    private static final int MOST_NAMED = 5;

    /** What makes two jobs alike. */
    private record Kind(JobState state, List<Reason.Type> reasons) {}

    @Parameters(arity = "1..*", paramLabel = "ID", description = "Jobs or arrays.")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--json", description = "Print an object of JSON per job, each on a line.")
    private boolean json;

    ExplainCommand(Session session) {
        super(session);
    }

    @Override
    int run(Cluster cluster) {
        for (String id : ids) {
            explain(cluster, JobSelection.find(cluster, List.of(id)));
        }
        return ExitCodes.OK;
    }

    private void explain(Cluster cluster, List<Job> jobs) {
        Map<Kind, List<Explanation>> kinds = new LinkedHashMap<>();
        for (Job job : jobs.subList(0, Math.min(MOST, jobs.size()))) {
            Explanation explanation = cluster.explain(job.id());
            if (json) {
                session.print(ExplanationJson.toJson(explanation).toString());
            }
            kinds.computeIfAbsent(kind(explanation), k -> new ArrayList<>()).add(explanation);
        }
        if (!json) {
            kinds.values().forEach(this::print);
        }
        if (jobs.size() > MOST) {
            session.tell("only the first %d of %d tasks were looked at; name others by their own ids"
                    .formatted(MOST, jobs.size()));
        }
    }

    private static Kind kind(Explanation explanation) {
        return new Kind(
                explanation.job().state(),
                explanation.reasons().stream().map(Reason::type).toList());
    }

    private void print(List<Explanation> alike) {
        session.around().out().print(alike.get(0).describe(session.width()));
        List<String> others =
                alike.stream().skip(1).map(e -> e.job().id().nativeId()).toList();
        if (!others.isEmpty()) {
            session.print("  so are %d others: %s%s"
                    .formatted(
                            others.size(),
                            String.join(", ", others.subList(0, Math.min(MOST_NAMED, others.size()))),
                            others.size() > MOST_NAMED ? " …" : ""));
        }
    }
}
