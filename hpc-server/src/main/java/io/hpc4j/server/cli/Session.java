package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.store.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every subcommand has, and what follows from them. */
final class Session {

    @Option(
            names = "--cluster",
            scope = ScopeType.INHERIT,
            paramLabel = "URI|NAME",
            description = "The cluster: an address (local:, slurm:, slurm+ssh://user@host) or a name from the"
                    + " settings. Otherwise HPC_CLUSTER, the settings, or local: decide.")
    private Optional<String> cluster = Optional.empty();

    @Option(
            names = "--color",
            scope = ScopeType.INHERIT,
            paramLabel = "WHEN",
            description = "Colours: always, never, or auto: on a terminal, unless NO_COLOR is set.")
    private Paint.When color = Paint.When.auto;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show stack traces and what is sent to the scheduler.")
    private boolean debug;

    private static final int USUAL_WIDTH = 100;

    private final Surroundings around;

    Session(Surroundings around) {
        this.around = around;
    }

    Surroundings around() {
        return around;
    }

    boolean isDebug() {
        return debug;
    }

    /** Connects to the cluster that was chosen. */
    Cluster open() {
        return open(address());
    }

    Cluster open(String address) {
        return around.opener().open(address, around.env());
    }

    String address() {
        return address(Optional.empty());
    }

    /** The address of a cluster that a command names itself, or else of the one that was chosen. */
    String address(Optional<String> named) {
        return Settings.read(around.env()).cluster(named.or(() -> cluster), around.env());
    }

    Paint paint() {
        return Paint.of(color, around.outIsTerminal(), around.env());
    }

    void print(String line) {
        around.out().println(line);
    }

    void tell(String line) {
        around.out().flush();
        around.err().println("hpc: " + line);
        around.err().flush();
    }

    /** How long lines for people may be. */
    int width() {
        return around.outIsTerminal() ? Terminal.size(around.env()).columns() : USUAL_WIDTH;
    }

    void print(Table table) {
        int width = around.outIsTerminal() ? Terminal.size(around.env()).columns() : 0;
        table.lines(width, paint().bold()).forEach(this::print);
    }

    /** Prints an array of JSON, an item a line. */
    void print(Collection<JsonObject> items) {
        if (items.isEmpty()) {
            print("[]");
            return;
        }
        List<String> lines = items.stream().map(JsonObject::toString).toList();
        print("[" + String.join(",\n ", lines) + "]");
    }
}
