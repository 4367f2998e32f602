package io.hpc4j.server.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.store.json.JsonObject;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class VisitorTest {

    @TempDir
    Path folder;

    @Test
    void helloComesBeforeReportsOfJobsThatChangedWhileTheCommandConnected() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
            JsonLines command = new JsonLines(SocketChannel.open(address));
            Visitor visitor = new Visitor(new JsonLines(server.accept()), (from, call) -> new JsonObject());
            visitor.report(
                    List.of(Job.builder(JobId.of("1"), JobState.COMPLETED).build()));
            Thread serving = new Thread(() -> visitor.serve(new JsonObject().put("keeper", 1)));
            serving.start();

            assertThat(command.read().orElseThrow().integer("keeper")).hasValue(1);
            assertThat(command.read().orElseThrow().objects("reports")).hasSize(1);
            command.close();
            serving.join();
        }
    }
}
