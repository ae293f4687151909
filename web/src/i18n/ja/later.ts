import encryption from "./encryption.json";
import people from "./people.json";

export default { encryption, people };
