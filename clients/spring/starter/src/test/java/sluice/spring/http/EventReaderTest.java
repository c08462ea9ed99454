package sluice.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;

import org.junit.jupiter.api.Test;

import sluice.spring.DeadException;
import sluice.spring.SluiceEvent;

import java.math.BigDecimal;

class EventReaderTest {
    record Placed(long amount) {}

    private final ObjectMapper mapper = new ObjectMapper();

    private SluiceEvent read(String data) throws Exception {
        String text = """
                {"specversion":"1.0","id":"a-2","source":"/orders","type":"order.placed","subject":"a",
                 "time":"2026-11-23T10:00:00Z","subjectposition":"2","sourcesequence":"2",%s}""";
        return EventReader.read(
                mapper.reader()
                        .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                        .readTree(text.formatted(data)),
                3);
    }

    @Test
    void hasItsAttributes() throws Exception {
        SluiceEvent event = read("\"data\":{\"amount\":7}");
        assertThat(event.position()).isEqualTo(2);
        assertThat(event.attempt()).isEqualTo(3);
        assertThat(event.happenedAt()).hasToString("2026-11-23T10:00Z");
        assertThat(event.extensions()).containsOnlyKeys("sourcesequence");
        assertThat(event.dataAs(Placed.class, mapper)).isEqualTo(new Placed(7));
    }

    @Test
    void keepsNumbersAsTheyWereWritten() throws Exception {
        assertThat(read("\"data\":{\"amount\":1.10000000000000000001}").data().get("amount").decimalValue())
                .isEqualTo(new BigDecimal("1.10000000000000000001"));
        assertThat(read("\"data\":1.10").data().decimalValue()).isEqualTo(new BigDecimal("1.10"));
    }

    @Test
    void readsBytes() throws Exception {
        SluiceEvent event = read("\"data_base64\":\"eyJhbW91bnQiOjd9\"");
        assertThat(event.data().binaryValue()).asString().isEqualTo("{\"amount\":7}");
        assertThat(event.dataAs(Placed.class, mapper)).isEqualTo(new Placed(7));
    }

    @Test
    void dataThatDoesNotFitIsDead() throws Exception {
        SluiceEvent wrong = read("\"data\":{\"amount\":\"much\"}");
        assertThatThrownBy(() -> wrong.dataAs(Placed.class, mapper))
                .isInstanceOf(DeadException.class).hasMessageContaining("is no Placed");
        SluiceEvent none = read("\"dataschema\":\"x\"");
        assertThatThrownBy(() -> none.dataAs(Placed.class, mapper)).isInstanceOf(DeadException.class);
    }

    @Test
    void whatIsNoEventOfSluicesIsRefused() {
        assertThatThrownBy(() -> EventReader.read(mapper.readTree("{\"id\":\"a\"}"), 1))
                .hasMessageContaining("an event without source");
    }
}
