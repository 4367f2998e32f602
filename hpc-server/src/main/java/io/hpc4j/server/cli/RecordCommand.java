package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.store.JobRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "record",
        description = {
            "Prints the record of a job that has ended: one line of JSON with its request, end, usage and a digest.",
            "It has the values of the job's environment, if it knows them; look before you hand it on."
        },
        footer = {
            "",
            "Examples:",
            "  hpc record 12 -o record.json && hpc rerun record.json",
            "  hpc record 12 | jq .job.exitStatus"
        })
final class RecordCommand extends ClusterCommand {

    @Parameters(paramLabel = "ID", description = "A job that has ended, or a task of an array.")
    private String id = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write it to a file that only you can read.")
    private Optional<String> output = Optional.empty();

    RecordCommand(Session session) {
        super(session);
    }

    @Override
    int run(Cluster cluster) throws IOException {
        Job job = one(JobSelection.find(cluster, List.of(id)));
        JobRecord record = JobRecord.of(cluster.uri(), cluster.requestOf(job.id()), job);
        if (record.request().isEmpty()) {
            session.tell("nobody knows what job %s was asked with, so its record cannot be run again".formatted(id));
        }
        if (output.isPresent()) {
            write(session.around().workingDirectory().resolve(output.get()), record.write() + "\n");
        } else {
            session.print(record.write());
        }
        return ExitCodes.OK;
    }

    private static Job one(List<Job> jobs) {
        if (jobs.size() > 1) {
            throw new IllegalArgumentException("that is an array of %d tasks; name one of them, such as %s"
                    .formatted(jobs.size(), jobs.get(0).id()));
        }
        return jobs.get(0);
    }

    private static void write(Path file, String text) throws IOException {
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        try (OutputStream out = Channels.newOutputStream(Files.newByteChannel(file, options, ownersOnly(file)))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static FileAttribute<?>[] ownersOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
