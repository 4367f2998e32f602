package io.hpc4j.server.cli;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A subcommand that is about a request: what to run, and with what. */
abstract class RequestCommand extends ClusterCommand {

    @Mixin
    private RequestOptions options = new RequestOptions();

    @Option(names = "--script", paramLabel = "FILE", description = "A script's text, read now; - for standard input.")
    private Optional<String> script = Optional.empty();

    @Option(
            names = "--array",
            paramLabel = "RANGE",
            description = "Many jobs alike, told apart by HPC_ARRAY_INDEX: 1-10, 1-10:2, 1-10%%4 for 4 at a time.")
    private Optional<String> array = Optional.empty();

    @Parameters(arity = "0..*", paramLabel = "PROGRAM", description = "The program and its arguments.")
    private List<String> command = new ArrayList<>();

    RequestCommand(Session session) {
        super(session);
    }

    @Override
    void check() {
        if (script.isPresent() != command.isEmpty()) {
            throw new IllegalArgumentException(
                    script.isPresent()
                            ? "--script has the text of the job already; leave out '" + command.get(0) + "'"
                            : "nothing to submit; name a program, or a script by --script FILE");
        }
    }

    final JobRequest request(Cluster cluster) {
        Payloads payloads = new Payloads(session.around(), cluster.uri());
        JobRequest.Builder builder = script.isPresent() ? payloads.script(script.get()) : payloads.of(command);
        payloads.workingDirectory(options.workdir()).ifPresent(builder::workingDirectory);
        payloads.path().ifPresent(path -> builder.environment("PATH", path));
        options.apply(builder, session.around());
        return builder.build();
    }

    final Optional<ArrayRange> range() {
        return array.map(ArrayRange::parse);
    }
}
