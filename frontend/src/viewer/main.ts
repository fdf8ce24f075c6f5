/** Makes every <car-viewer> of the page a car in 3D, once somebody asks for it. Until then this file is all that is loaded. */
import { CarViewer } from "./element";

customElements.define("car-viewer", CarViewer);
