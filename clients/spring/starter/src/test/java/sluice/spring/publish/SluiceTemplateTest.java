package sluice.spring.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import sluice.spring.FakeSluice;
import sluice.spring.FakeSluice.Fault;
import sluice.spring.FakeSluice.Reply;
import sluice.spring.http.SluiceHttp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
class SluiceTemplateTest {
    record Placed(long amount) {}

    private static final NewEvent ONE =
            NewEvent.of("order.placed", "/orders", "17").id("17-1").sequence(1).data(new Placed(4200));
    private static final NewEvent TWO = ONE.id("17-2").sequence(2);

    private final ObjectMapper mapper = new ObjectMapper();
    private FakeSluice sluice;

    @BeforeEach
    void open() throws Exception {
        sluice = new FakeSluice();
    }

    @AfterEach
    void close() {
        sluice.close();
    }

    private SluiceTemplate template(Duration timeout) {
        return new SluiceTemplate(new SluiceHttp(sluice.url(), "secret", mapper.reader()), mapper, timeout);
    }

    private List<String> keys() {
        return sluice.requests.stream().map(one -> one.headers().get("Idempotency-key").get(0)).toList();
    }

    @Test
    void sendsAListWithATokenAndAKey() {
        sluice.others = request -> new Reply(200, "{}", Map.of());
        template(Duration.ofSeconds(30)).publish(ONE, TWO);
        FakeSluice.Request sent = sluice.requests.get(0);
        assertThat(sent.path()).isEqualTo("/v1/events");
        assertThat(sent.headers().get("Content-type")).containsExactly("application/cloudevents-batch+json");
        assertThat(sent.headers().get("Authorization")).containsExactly("Bearer secret");
        assertThat(keys().get(0)).isNotEmpty();
        assertThat(sent.body().at("/0/data/amount").asLong()).isEqualTo(4200);
        assertThat(sent.body().at("/1/sourcesequence").asText()).isEqualTo("2");
    }

    @Test
    void triesAgainUnderOneKeyWhileSluiceIsBusyOrAway() {
        AtomicInteger calls = new AtomicInteger();
        sluice.others = request -> calls.get() == 3
                ? new Reply(429, "{}", Map.of("Retry-After", "0")) : new Reply(200, "{}", Map.of());
        sluice.faults = path -> switch (calls.incrementAndGet()) {
            case 1 -> Fault.LOST_ANSWER;
            case 2 -> Fault.BUSY;
            default -> Fault.NONE;
        };
        template(Duration.ofSeconds(30)).publish(ONE);
        assertThat(keys()).hasSize(4).containsOnly(keys().get(0));
    }

    @Test
    void sendsOnlyWhatWasNotTakenUnderANewKey() {
        AtomicInteger calls = new AtomicInteger();
        sluice.others = request -> calls.incrementAndGet() > 1 ? new Reply(200, "{}", Map.of()) : new Reply(503, """
                {"detail": "not now", "events": [{"accepted": true}, {"accepted": false, "status": 503}]}""", Map.of());
        template(Duration.ofSeconds(30)).publish(ONE, TWO);
        assertThat(sluice.requests.get(1).body()).hasSize(1);
        assertThat(sluice.requests.get(1).body().at("/0/id").asText()).isEqualTo("17-2");
        assertThat(keys()).doesNotHaveDuplicates();
    }

    @Test
    void saysWhichEventIsRefused() {
        sluice.others = request -> new Reply(400, """
                {"detail": "1 of 2", "events": [{"accepted": true},
                 {"accepted": false, "status": 400, "detail": "amount: is no number"}]}""", Map.of());
        assertThatThrownBy(() -> template(Duration.ofSeconds(30)).publish(ONE, TWO))
                .isInstanceOfSatisfying(PublishException.class, refused -> assertThat(refused.isRefused()).isTrue())
                .hasMessage("17-2: amount: is no number");
    }

    @Test
    void doesNotWaitBeyondItsTime() {
        sluice.others = request -> new Reply(503, "{\"detail\":\"not now\"}", Map.of("Retry-After", "600"));
        assertThatThrownBy(() -> template(Duration.ofSeconds(30)).publish(ONE))
                .isInstanceOfSatisfying(PublishException.class, late -> assertThat(late.isRefused()).isFalse())
                .hasMessageContaining("503 not now");
    }

    @Test
    void givesUpWhenItsTimeIsOver() {
        sluice.faults = path -> Fault.LOST_ANSWER;
        assertThatThrownBy(() -> template(Duration.ofMillis(500)).publish(ONE))
                .isInstanceOfSatisfying(PublishException.class, late -> assertThat(late.isRefused()).isFalse());
    }

    @Test
    void anEmptyListIsNoRequest() {
        assertThatCode(() -> template(Duration.ofSeconds(1)).publish(List.of())).doesNotThrowAnyException();
        assertThat(sluice.requests).isEmpty();
    }
}
