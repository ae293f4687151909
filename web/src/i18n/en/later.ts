import calls from "./calls.json";
import encryption from "./encryption.json";
import people from "./people.json";

export default { calls, encryption, people };
